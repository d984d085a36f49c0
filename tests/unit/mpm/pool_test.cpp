// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

TEST(Pool, RunsWorkUnderTheSlotOfItsThread) {
  Pool pool(Pool::Setup{2, 5, 10, nullptr});
  pool.start();
  std::mutex mutex;
  std::set<std::uint32_t> slots;
  Gate gate;
  const auto function = [&](std::uint32_t slot) {
    {
      const std::lock_guard guard(mutex);
      slots.insert(slot);
    }
    gate.wait_at()(slot);
  };
  TestWork first(function);
  TestWork second(function);

  ASSERT_EQ(pool.submit(&first), TENON_OK);
  ASSERT_EQ(pool.submit(&second), TENON_OK);
  EXPECT_TRUE(poll_until([&] { return gate.waiting == 2; }));
  gate.open();

  EXPECT_TRUE(poll_until([&] { return first.done && second.done; }));
  EXPECT_EQ(slots, (std::set<std::uint32_t>{5, 6}));
}

TEST(Pool, RefusesWorkWhenItsQueueIsFull) {
  tenon_section section{};
  Pool pool(Pool::Setup{1, 0, 2, &section});
  pool.start();
  Gate gate;
  TestWork running(gate.wait_at());
  TestWork queued([](std::uint32_t) {});
  TestWork queued_too([](std::uint32_t) {});
  TestWork refused([](std::uint32_t) {});
  ASSERT_EQ(pool.submit(&running), TENON_OK);
  ASSERT_TRUE(poll_until([&] { return gate.waiting == 1; }));

  EXPECT_EQ(pool.submit(&queued), TENON_OK);
  EXPECT_EQ(pool.submit(&queued_too), TENON_OK);
  EXPECT_EQ(pool.submit(&refused), TENON_AGAIN);
  EXPECT_EQ(load(section.pool_queued), 2u);
  EXPECT_EQ(load(section.pool_rejected), 1u);
  gate.open();

  EXPECT_TRUE(poll_until([&] { return queued.done && queued_too.done; }));
  EXPECT_EQ(load(section.pool_queued), 0u);
  EXPECT_FALSE(refused.done);
}

TEST(Pool, NeedsNoQueueWhileAThreadIsIdle) {
  Pool pool(Pool::Setup{1, 0, 0, nullptr});
  pool.start();
  TestWork work([](std::uint32_t) {});

  EXPECT_TRUE(poll_until([&] { return pool.submit(&work) == TENON_OK; }));

  EXPECT_TRUE(poll_until([&] { return work.done.load(); }));
}

TEST(Pool, RunsWhatItHasTakenBeforeItEnds) {
  std::vector<std::unique_ptr<TestWork>> works;
  {
    Pool pool(Pool::Setup{2, 0, 100, nullptr});
    pool.start();
    for (int i = 0; i < 100; ++i) {
      works.push_back(std::make_unique<TestWork>([](std::uint32_t) {}));
      while (pool.submit(works.back().get()) == TENON_AGAIN)
        std::this_thread::yield();
    }
    pool.begin_stop();
    pool.join();
  }

  EXPECT_TRUE(std::all_of(works.begin(), works.end(), [](const auto& work) {
    return work->done.load();
  }));
}

}  // namespace
}  // namespace tenon::mpm
