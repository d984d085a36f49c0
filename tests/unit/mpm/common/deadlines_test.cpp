// SPDX-License-Identifier: Apache-2.0
#include "common/deadlines.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

TEST(Deadlines, AreEmptyAtFirst) {
  Deadlines deadlines;

  EXPECT_EQ(deadlines.next_ns(), 0u);
  EXPECT_EQ(deadlines.pop_expired(UINT64_MAX), nullptr);
}

TEST(Deadlines, ExpireInOrderAndNotBeforeTheirTime) {
  Deadlines deadlines;
  Deadline a, b, c;
  deadlines.set(a, 30);
  deadlines.set(b, 10);
  deadlines.set(c, 20);

  EXPECT_EQ(deadlines.next_ns(), 10u);
  EXPECT_EQ(deadlines.pop_expired(9), nullptr);
  EXPECT_EQ(deadlines.pop_expired(20), &b);
  EXPECT_EQ(deadlines.pop_expired(20), &c);
  EXPECT_EQ(deadlines.pop_expired(20), nullptr);
  EXPECT_EQ(deadlines.size(), 1u);
}

TEST(Deadlines, AreReplacedBySetting) {
  Deadlines deadlines;
  Deadline a, b;
  deadlines.set(a, 10);
  deadlines.set(b, 20);

  deadlines.set(a, 30);
  EXPECT_EQ(deadlines.next_ns(), 20u);
  deadlines.set(a, 5);
  EXPECT_EQ(deadlines.next_ns(), 5u);
  EXPECT_EQ(deadlines.size(), 2u);
}

TEST(Deadlines, AreRemovedByZero) {
  Deadlines deadlines;
  Deadline a, b;
  deadlines.set(a, 10);
  deadlines.set(b, 20);

  deadlines.set(a, 0);
  deadlines.set(a, 0);

  EXPECT_EQ(deadlines.next_ns(), 20u);
  EXPECT_EQ(a.index, Deadline::kNotQueued);
  EXPECT_EQ(deadlines.pop_expired(100), &b);
  EXPECT_EQ(deadlines.pop_expired(100), nullptr);
}

TEST(Deadlines, MayBeSetAgainAfterTheyExpired) {
  Deadlines deadlines;
  Deadline a;
  deadlines.set(a, 10);
  ASSERT_EQ(deadlines.pop_expired(10), &a);

  deadlines.set(a, 20);

  EXPECT_EQ(deadlines.pop_expired(20), &a);
}

// Against the plainest model: the smallest of all that are set.
TEST(Deadlines, FollowAModelThroughRandomChanges) {
  constexpr std::size_t kEntries = 50;
  std::mt19937 random(7);
  Deadlines deadlines;
  std::vector<Deadline> entries(kEntries);
  std::vector<std::uint64_t> model(kEntries, 0);

  for (int step = 0; step < 20'000; ++step) {
    const std::size_t i = random() % kEntries;
    model[i] = random() % 4 == 0 ? 0 : 1 + random() % 1000;
    deadlines.set(entries[i], model[i]);
    std::uint64_t smallest = 0;
    for (const std::uint64_t at : model) {
      if (at != 0 && (smallest == 0 || at < smallest)) smallest = at;
    }
    ASSERT_EQ(deadlines.next_ns(), smallest) << "step " << step;
    if (random() % 8 != 0 || smallest == 0) continue;
    Deadline* popped = deadlines.pop_expired(smallest);
    ASSERT_NE(popped, nullptr);
    model[static_cast<std::size_t>(popped - entries.data())] = 0;
  }
}

}  // namespace
}  // namespace tenon::mpm
