// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include <tenon/mpm.h>

namespace tenon::mpm {

// Who listens where the listener wants to: "process 4711, C:\iis\w3wp.exe", or without the file
// when it cannot be had. "": the system does not say.
std::string port_owner(const tenon_listener& listener);

}  // namespace tenon::mpm
