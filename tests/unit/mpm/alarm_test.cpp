// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

// Work on an I/O thread that sets an alarm, which is another work on the same thread.
struct Alarm {
  tenon_work set{};  // first
  const tenon_mpm_child* mpm = nullptr;
  std::uint64_t at_ns = 0;
  std::atomic<std::uint64_t> rang_ns = 0;
  std::atomic<bool> was_set = false;
  struct Ring {
    tenon_work work{};  // first
    Alarm* alarm = nullptr;
  } ring;

  explicit Alarm(const tenon_mpm_child& table) : mpm(&table) {
    set.run = [](tenon_work* work, std::uint32_t thread) {
      Alarm& self = *reinterpret_cast<Alarm*>(work);
      self.mpm->set_alarm(self.mpm->context, thread, self.at_ns, &self.ring.work);
      self.was_set = true;
    };
    ring.alarm = this;
    ring.work.run = [](tenon_work* work, std::uint32_t) {
      reinterpret_cast<Ring*>(work)->alarm->rang_ns = FakeKernel::now();
    };
  }
  void post() { mpm->post(mpm->context, 1, &set); }
};

class AlarmTest : public ServingTest {};

TEST_F(AlarmTest, RingsOnceAtItsTime) {
  serve();
  Alarm alarm(serving_->table());
  alarm.at_ns = FakeKernel::now() + kSecond / 20;
  alarm.post();
  EXPECT_TRUE(poll_until([&] { return alarm.rang_ns != 0; }));
  EXPECT_GE(alarm.rang_ns, alarm.at_ns);
}

TEST_F(AlarmTest, IsReplacedByTheNextOne) {
  serve();
  Alarm first(serving_->table());
  Alarm second(serving_->table());
  first.at_ns = FakeKernel::now() + 3600 * kSecond;
  first.post();
  second.at_ns = FakeKernel::now();
  second.post();
  EXPECT_TRUE(poll_until([&] { return second.rang_ns != 0; }));
  EXPECT_EQ(first.rang_ns, 0u);
}

}  // namespace
}  // namespace tenon::mpm
