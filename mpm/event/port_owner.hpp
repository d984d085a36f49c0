// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include <tenon/mpm.h>

namespace tenon::mpm {

// Who listens where the listener wants to: "process 4711, /usr/sbin/nginx", or without the file
// when it cannot be had. "": the system does not say, as of another user's processes.
std::string port_owner(const tenon_listener& listener);

}  // namespace tenon::mpm
