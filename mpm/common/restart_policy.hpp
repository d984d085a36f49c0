// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace tenon::mpm {

// How long the control process waits before it replaces a crashed child: not at all after the first
// crash, then 1 s, doubling up to 30 s; a child that lived for a minute starts the count afresh.
class RestartPolicy {
 public:
  // A child was started. Both times are of one monotonic clock.
  void on_start(std::uint64_t now_ns) { started_ns_ = now_ns; }
  // It crashed. Returns the delay before the next one.
  std::uint64_t on_crash(std::uint64_t now_ns);

 private:
  std::uint64_t started_ns_ = 0;
  std::uint64_t next_delay_ns_ = 0;
};

}  // namespace tenon::mpm
