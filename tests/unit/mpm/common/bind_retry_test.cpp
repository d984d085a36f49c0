// SPDX-License-Identifier: Apache-2.0
#include "common/bind_retry.hpp"

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

TEST(BindRetry, TriesAgainUntilTheTimeIsOver) {
  BindRetry retry(kSecond, 5 * kSecond);

  EXPECT_EQ(retry.pause_ns(5 * kSecond), BindRetry::kPauseNs);
  EXPECT_TRUE(retry.is_first());
  EXPECT_EQ(retry.pause_ns(6 * kSecond - 1), 1u);
  EXPECT_FALSE(retry.is_first());
  EXPECT_EQ(retry.pause_ns(6 * kSecond), std::nullopt);
}

TEST(BindRetry, TriesOnceWithoutTime) {
  BindRetry retry(0, 5 * kSecond);

  EXPECT_EQ(retry.pause_ns(5 * kSecond), std::nullopt);
}

}  // namespace
}  // namespace tenon::mpm
