// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/timers.hpp"

#include <atomic>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/mpm.hpp"

namespace tenon::module {
namespace {

constexpr uint64_t kMs = 1'000'000;

// One timer of a test and what became of it.
struct Probe {
  Timers* timers = nullptr;
  const sim::Mpm* mpm = nullptr;
  std::vector<uint64_t> fired_ms;  // since the start
  int dropped = 0;
  uint64_t id = 0;
  bool disarm_when_fired = false;
  tenon_status disarmed = TENON_OK;
  std::thread::id thread;
};

void TENON_CALL fire(void* data) {
  Probe& probe = *static_cast<Probe*>(data);
  EXPECT_EQ(probe.dropped, 0);
  probe.fired_ms.push_back((probe.mpm->now_ns - 1'000'000'000) / kMs);
  probe.thread = std::this_thread::get_id();
  if (probe.disarm_when_fired) probe.disarmed = probe.timers->disarm(probe.id);
}

void TENON_CALL drop(void* data) {
  ++static_cast<Probe*>(data)->dropped;
}

class TimersTest : public testing::Test {
 protected:
  void start() {
    timers_.start(mpm_.table(), nullptr, [this] { return mpm_.now_ns; });
    mpm_.run();
  }
  // Lives as long as the timers: those that a test leaves armed are dropped at the end.
  Probe& probe() {
    Probe& probe = probes_.emplace_back();
    probe.timers = &timers_;
    probe.mpm = &mpm_;
    return probe;
  }
  tenon_status arm(Probe& probe, uint64_t delay_ms, uint64_t period_ms = 0) {
    return timers_.arm({"test", delay_ms * kMs, period_ms * kMs, fire, &probe, drop}, &probe.id);
  }
  void pass_ms(uint64_t ms) { mpm_.advance(ms * kMs); }

  sim::Mpm mpm_;
  std::deque<Probe> probes_;
  Timers timers_;
};

using Times = std::vector<uint64_t>;

TEST_F(TimersTest, FireOnceAfterTheirDelay) {
  start();
  Probe& one = probe();
  ASSERT_EQ(arm(one, 10), TENON_OK);
  mpm_.run();

  pass_ms(9);
  EXPECT_EQ(one.fired_ms, Times{});
  pass_ms(1);

  EXPECT_EQ(one.fired_ms, Times{10});
  EXPECT_EQ(one.dropped, 1);
  EXPECT_NE(one.id, 0u);
  EXPECT_EQ(timers_.disarm(one.id), TENON_E_NOT_FOUND);
}

TEST_F(TimersTest, FireInTheOrderOfTheirTimes) {
  start();
  Probe& late = probe();
  Probe& early = probe();
  arm(late, 20);
  arm(early, 5);  // The alarm moves to the front.
  mpm_.run();

  pass_ms(5);

  EXPECT_EQ(early.fired_ms, Times{5});
  EXPECT_EQ(late.fired_ms, Times{});
  pass_ms(15);
  EXPECT_EQ(late.fired_ms, Times{20});
}

TEST_F(TimersTest, RepeatWithoutMakingUpForMissedCalls) {
  start();
  Probe& one = probe();
  arm(one, 10, 10);
  mpm_.run();

  pass_ms(10);
  pass_ms(35);  // Those of 20, 30 and 40 become one.
  pass_ms(5);

  EXPECT_EQ(one.fired_ms, (Times{10, 45, 50}));
  EXPECT_EQ(one.dropped, 0);
}

TEST_F(TimersTest, AreDroppedWhenDisarmed) {
  start();
  Probe& one = probe();
  arm(one, 10, 10);
  mpm_.run();
  pass_ms(10);

  EXPECT_EQ(timers_.disarm(one.id), TENON_OK);

  EXPECT_EQ(one.dropped, 1);
  EXPECT_EQ(timers_.disarm(one.id), TENON_E_NOT_FOUND);
  pass_ms(100);
  EXPECT_EQ(one.fired_ms, Times{10});
}

TEST_F(TimersTest, MayDisarmThemselves) {
  start();
  Probe& one = probe();
  one.disarm_when_fired = true;
  arm(one, 10, 10);
  mpm_.run();

  pass_ms(100);

  EXPECT_EQ(one.disarmed, TENON_AGAIN);
  EXPECT_EQ(one.fired_ms.size(), 1u);
  EXPECT_EQ(one.dropped, 1);
}

TEST_F(TimersTest, CountFromTheStartWhenArmedBefore) {
  Probe& one = probe();
  ASSERT_EQ(arm(one, 10), TENON_OK);
  mpm_.now_ns += 500 * kMs;

  start();
  pass_ms(9);
  EXPECT_EQ(one.fired_ms, Times{});
  pass_ms(1);

  EXPECT_EQ(one.fired_ms, Times{510});
}

TEST_F(TimersTest, AreDroppedOnceAtTheEnd) {
  start();
  Probe& one = probe();
  Probe& two = probe();
  arm(one, 10);
  arm(two, 10, 10);
  mpm_.run();

  timers_.stop();
  pass_ms(100);

  EXPECT_EQ(one.dropped + two.dropped, 2);
  EXPECT_EQ(one.fired_ms.size() + two.fired_ms.size(), 0u);
  EXPECT_EQ(arm(one, 10), TENON_E_STATE);
  EXPECT_EQ(timers_.disarm(two.id), TENON_E_NOT_FOUND);
}

TEST_F(TimersTest, ThatNeverStartedAreDropped) {
  Probe& one = probe();
  {
    Timers never;
    never.arm({"test", kMs, 0, fire, &one, drop}, &one.id);
  }

  EXPECT_EQ(one.dropped, 1);
}

TEST_F(TimersTest, RefuseWhatMakesNoSense) {
  start();
  Probe& one = probe();

  EXPECT_EQ(timers_.arm({"test", 0, 999'999, fire, &one, drop}, nullptr), TENON_E_ARG);
  EXPECT_EQ(timers_.arm({"test", 0, 0, nullptr, &one, drop}, nullptr), TENON_E_ARG);
  EXPECT_EQ(timers_.arm({"test", UINT64_MAX, 0, fire, &one, drop}, nullptr), TENON_E_ARG);
  EXPECT_EQ(timers_.disarm(0), TENON_E_NOT_FOUND);
  EXPECT_EQ(timers_.disarm(UINT64_MAX), TENON_E_NOT_FOUND);
  EXPECT_EQ(one.dropped, 0);
}

TEST_F(TimersTest, AreBounded) {
  start();
  Probe& one = probe();
  for (int i = 0; i < 65536; ++i) {
    ASSERT_EQ(timers_.arm({"test", kMs, 0, fire, &one, nullptr}, nullptr), TENON_OK);
  }

  EXPECT_EQ(timers_.arm({"test", kMs, 0, fire, &one, nullptr}, nullptr), TENON_E_LIMIT);
}

// Arming and disarming race with firing: each is dropped exactly once.
TEST_F(TimersTest, MayBeArmedFromAnyThread) {
  constexpr int kTimers = 2000;
  timers_.start(mpm_.table(), nullptr, [] { return uint64_t{1}; });  // Everything is due at once.
  std::vector<Probe> probes(kTimers, probe());
  std::atomic<bool> all_armed = false;
  std::thread other([&] {
    for (int i = 0; i < kTimers; ++i) {
      arm(probes[i], 0);
      if (i % 2 == 1) timers_.disarm(probes[i].id);
    }
    all_armed = true;
  });
  mpm_.run_until([&] {
    mpm_.advance(0);
    return all_armed.load();
  });
  other.join();
  mpm_.run();
  mpm_.advance(0);

  for (const Probe& one : probes) {
    ASSERT_EQ(one.dropped, 1);
  }
  EXPECT_EQ(probes.front().fired_ms.size(), 1u);
}

}  // namespace
}  // namespace tenon::module
