// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/blocking.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "tests/sim/mpm.hpp"

namespace tenon::module {
namespace {

struct Work {
  int ran = 0;
  int dropped = 0;
  std::thread::id thread;
};

void TENON_CALL run(void* data) {
  Work& work = *static_cast<Work*>(data);
  ++work.ran;
  work.thread = std::this_thread::get_id();
}

void TENON_CALL drop(void* data) {
  ++static_cast<Work*>(data)->dropped;
}

TEST(BlockingWork, RunsOnAPoolThread) {
  sim::Mpm mpm;
  BlockingWork blocking;
  blocking.start(mpm.table(), nullptr);
  Work work;

  ASSERT_EQ(blocking.run("test", run, &work, drop), TENON_OK);
  EXPECT_EQ(work.ran, 0);
  mpm.run_all();

  EXPECT_EQ(work.ran, 1);
  EXPECT_NE(work.thread, std::this_thread::get_id());
  blocking.stop();
  EXPECT_EQ(work.dropped, 0);
}

TEST(BlockingWork, CallsNothingWhenTheQueueIsFull) {
  sim::Mpm mpm(1);
  BlockingWork blocking;
  blocking.start(mpm.table(), nullptr);
  Work taken, refused;

  EXPECT_EQ(blocking.run("test", run, &taken, drop), TENON_OK);
  EXPECT_EQ(blocking.run("test", run, &refused, drop), TENON_AGAIN);
  mpm.run_all();
  blocking.stop();

  EXPECT_EQ(taken.ran, 1);
  EXPECT_EQ(refused.ran + refused.dropped, 0);
}

TEST(BlockingWork, IsDroppedOnceWhenTheChildEndsBefore) {
  sim::Mpm mpm;
  BlockingWork blocking;
  blocking.start(mpm.table(), nullptr);
  Work work;
  blocking.run("test", run, &work, drop);

  blocking.stop();
  blocking.stop();

  EXPECT_EQ(work.ran, 0);
  EXPECT_EQ(work.dropped, 1);
}

TEST(BlockingWork, IsRefusedWhereThereIsNoPool) {
  sim::Mpm mpm;
  BlockingWork blocking;
  Work work;

  EXPECT_EQ(blocking.run("test", run, &work, drop), TENON_E_STATE);
  blocking.start(mpm.table(), nullptr);
  blocking.stop();
  EXPECT_EQ(blocking.run("test", run, &work, drop), TENON_E_STATE);

  EXPECT_EQ(work.ran + work.dropped, 0);
}

}  // namespace
}  // namespace tenon::module
