// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace tenon::mpm {

struct BackoffLimits {
  std::uint64_t first_ns = 1'000'000'000;
  std::uint64_t most_ns = 30'000'000'000;
};

// How long the control process waits before it replaces a crashed child: not at all after the first
// crash, then 1 s, doubling up to 30 s (or as the limits say); a child that lived for a minute
// starts the count afresh.
class RestartPolicy {
 public:
  explicit RestartPolicy(const BackoffLimits& limits = {}) : limits_(limits) {}

  // A child was started. Both times are of one monotonic clock.
  void on_start(std::uint64_t now_ns) { started_ns_ = now_ns; }
  // It crashed. Returns the delay before the next one.
  std::uint64_t on_crash(std::uint64_t now_ns);

 private:
  BackoffLimits limits_;
  std::uint64_t started_ns_ = 0;
  std::uint64_t next_delay_ns_ = 0;
};

}  // namespace tenon::mpm
