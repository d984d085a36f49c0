// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

namespace tenon::mpm {

// One command of an operator, carried out in a process of its own. Returns the exit code.
std::int32_t carry_out(const tenon_control_host& host, const tenon_command& command);

}  // namespace tenon::mpm
