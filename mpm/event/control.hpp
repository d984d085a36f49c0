// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

namespace tenon::mpm {

// The control process: runs until the server is stopped. Returns the exit code.
std::int32_t control_main(const tenon_control_host& host);

}  // namespace tenon::mpm
