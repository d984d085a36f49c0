// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

namespace tenon::mpm {

// The child process: the numbers of its pipes are those of inherited descriptors. Returns the exit
// code.
std::int32_t child_main(const tenon_child_host& host, const char* in, const char* out);

}  // namespace tenon::mpm
