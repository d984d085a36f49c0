// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string_view>

#include "log/output.hpp"

namespace tenon::server {

// Where a command writes to; tests put strings in its place. One call is one write.
struct Console {
  std::function<void(std::string_view)> out = &write_to_stdout;
  std::function<void(std::string_view)> err = &write_to_stderr;
};

// The scripts of operators tell these apart.
inline constexpr int kExitDone = 0;
inline constexpr int kExitMachine = 1;  // port, permission, time-out, a module that crashes
inline constexpr int kExitUsage = 2;    // usage, configuration, modules that cannot be loaded

}  // namespace tenon::server
