// SPDX-License-Identifier: Apache-2.0
#include "base/arena.hpp"

#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "tests/unit/grants.hpp"

namespace tenon {
namespace {

TEST(Arena, AlignsWhatItHandsOut) {
  Arena arena(64 * 1024);

  arena.allocate(1, 1);
  void* const eight = arena.allocate(3, 8);
  void* const sixteen = arena.allocate(20'000, 16);

  EXPECT_EQ(reinterpret_cast<uintptr_t>(eight) % 8, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(sixteen) % 16, 0u);
  std::memset(sixteen, 1, 20'000);
}

TEST(Arena, StopsAtItsLimit) {
  Arena arena(32 * 1024);

  EXPECT_NE(arena.allocate(8 * 1024), nullptr);
  EXPECT_EQ(arena.allocate(40 * 1024), nullptr);
  EXPECT_NE(arena.allocate(24 * 1024), nullptr);
  EXPECT_EQ(arena.allocate(1), nullptr);
}

TEST(Arena, ReusesItsFirstBlockAfterReset) {
  Arena arena(64 * 1024);
  void* const first = arena.allocate(100);
  arena.allocate(30'000);

  arena.reset();

  EXPECT_EQ(arena.allocate(100), first);
  EXPECT_NE(arena.allocate(50'000), nullptr);
}

TEST(Arena, ForgetsAFirstBlockOfUnusualSize) {
  Arena arena(64 * 1024);
  arena.allocate(60 * 1024);

  arena.reset();

  EXPECT_NE(arena.allocate(60 * 1024), nullptr);
}

TEST(Arena, CopiesEmptyTextWithoutSayingItFailed) {
  Arena arena(64 * 1024);

  EXPECT_NE(arena.copy({}).data(), nullptr);
  EXPECT_EQ(arena.copy("text"), "text");
}

TEST(Arena, TellsALimitFromAShortage) {
  Arena arena(32 * 1024);

  EXPECT_EQ(arena.allocate(40 * 1024), nullptr);
  EXPECT_FALSE(arena.is_starved());
  {
    const Grants none(0);
    EXPECT_EQ(arena.allocate(1), nullptr);
    EXPECT_TRUE(arena.is_starved());
  }
  EXPECT_NE(arena.allocate(1), nullptr);
  arena.reset();
  EXPECT_FALSE(arena.is_starved());
}

}  // namespace
}  // namespace tenon
