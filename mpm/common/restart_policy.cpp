// SPDX-License-Identifier: Apache-2.0
#include "common/restart_policy.hpp"

#include <algorithm>

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kQuietNs = 60'000'000'000;

}  // namespace

std::uint64_t RestartPolicy::on_crash(std::uint64_t now_ns) {
  if (now_ns - started_ns_ >= kQuietNs) next_delay_ns_ = 0;
  const std::uint64_t delay_ns = next_delay_ns_;
  next_delay_ns_ = std::min(delay_ns == 0 ? limits_.first_ns : delay_ns * 2, limits_.most_ns);
  return delay_ns;
}

}  // namespace tenon::mpm
