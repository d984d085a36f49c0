// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include <tenon/section.h>

namespace tenon::mpm {

// What each thread of a child was doing when it ended, from the shared section: one line for every
// thread that was inside a hook, such as
//   "  pool thread 3: module hello, phase handler, request 17, for 1204 ms"
// Empty: no thread was inside one. `now_ns` is on the clock that the child's hooks were timed with.
std::string describe_hooks(const tenon_section& section, std::uint64_t now_ns);

// One of those lines, without the indent. REQUIRES: thread < n_threads.
std::string describe_hook(const tenon_section& section, std::uint32_t thread, std::uint64_t now_ns);

}  // namespace tenon::mpm
