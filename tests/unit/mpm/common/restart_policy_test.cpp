// SPDX-License-Identifier: Apache-2.0
#include "common/restart_policy.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

// The delays of crashes that come `life_s` seconds after each start.
std::vector<std::uint64_t> delays(RestartPolicy& policy, std::uint64_t& now_ns, int n, int life_s) {
  std::vector<std::uint64_t> seconds;
  for (int i = 0; i < n; ++i) {
    policy.on_start(now_ns);
    now_ns += static_cast<std::uint64_t>(life_s) * kSecond;
    const std::uint64_t delay_ns = policy.on_crash(now_ns);
    now_ns += delay_ns;
    seconds.push_back(delay_ns / kSecond);
  }
  return seconds;
}

TEST(RestartPolicy, DoublesUpToHalfAMinute) {
  RestartPolicy policy;
  std::uint64_t now_ns = 5;

  EXPECT_THAT(delays(policy, now_ns, 9, 1), testing::ElementsAre(0, 1, 2, 4, 8, 16, 30, 30, 30));
}

TEST(RestartPolicy, ForgetsAfterAQuietMinute) {
  RestartPolicy policy;
  std::uint64_t now_ns = 5;
  delays(policy, now_ns, 5, 1);

  EXPECT_THAT(delays(policy, now_ns, 2, 59), testing::ElementsAre(16, 30));
  EXPECT_THAT(delays(policy, now_ns, 2, 60), testing::ElementsAre(0, 0));
  EXPECT_THAT(delays(policy, now_ns, 2, 1), testing::ElementsAre(1, 2));
}

}  // namespace
}  // namespace tenon::mpm
