// SPDX-License-Identifier: Apache-2.0
#include "event/watchdog.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

std::atomic<int> bites = 0;

TEST(Watchdog, BitesAtTheDeadlineAndSaysWhy) {
  bites = 0;
  FakeKernel kernel;
  Watchdog watchdog(kernel.host(), [] { ++bites; });

  watchdog.arm(20'000'000);

  EXPECT_TRUE(poll_until([] { return bites == 1; }));
  EXPECT_EQ(kernel.count("report: the child did not end in time"), 1u);
}

TEST(Watchdog, FollowsTheLastDeadline) {
  bites = 0;
  FakeKernel kernel;
  Watchdog watchdog(kernel.host(), [] { ++bites; });

  watchdog.arm(3'600'000'000'000);
  watchdog.arm(1);

  EXPECT_TRUE(poll_until([] { return bites == 1; }));
}

TEST(Watchdog, LeavesAnEndInTimeAlone) {
  bites = 0;
  FakeKernel kernel;
  {
    Watchdog watchdog(kernel.host(), [] { ++bites; });
    watchdog.arm(3'600'000'000'000);
  }

  EXPECT_EQ(bites, 0);
}

}  // namespace
}  // namespace tenon::mpm
