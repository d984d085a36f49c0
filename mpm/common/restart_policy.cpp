// SPDX-License-Identifier: Apache-2.0
#include "common/restart_policy.hpp"

#include <algorithm>

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kFirstDelay = 1 * kSecond;
constexpr std::uint64_t kDelayMax = 30 * kSecond;
constexpr std::uint64_t kQuiet = 60 * kSecond;

}  // namespace

std::uint64_t RestartPolicy::on_crash(std::uint64_t now_ns) {
  if (now_ns - started_ns_ >= kQuiet) next_delay_ns_ = 0;
  const std::uint64_t delay_ns = next_delay_ns_;
  next_delay_ns_ = delay_ns == 0 ? kFirstDelay : std::min(delay_ns * 2, kDelayMax);
  return delay_ns;
}

}  // namespace tenon::mpm
