// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>

namespace tenon::mpm {

template <class Clock>
std::uint64_t now_ns() {
  const auto now = Clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(
  ));
}

// Nanoseconds since 1970.
inline std::uint64_t unix_now_ns() {
  return now_ns<std::chrono::system_clock>();
}

// On the clock by which hooks are timed; the same in every process.
inline std::uint64_t monotonic_now_ns() {
  return now_ns<std::chrono::steady_clock>();
}

}  // namespace tenon::mpm
