// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "http/context.hpp"

namespace tenon::http {

uint64_t now_ns() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return static_cast<uint64_t>(ns) + 1;  // 0 means "no time".
}

}  // namespace tenon::http
