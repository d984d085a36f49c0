// SPDX-License-Identifier: Apache-2.0
#include "module/timers.hpp"

#include <utility>

#include "module/self.hpp"
#include "module/timer_wheel.hpp"

namespace tenon::module {
namespace {

constexpr uint64_t kPeriodNsMin = 1'000'000;
constexpr uint64_t kDelayNsMax = uint64_t{1} << 62;  // some 146 years: times do not wrap

}  // namespace

Timers::Timers() : control_(std::this_thread::get_id()) {
  wheels_.push_back(std::make_unique<TimerWheel>(0));
}

Timers::~Timers() {
  stop();
}

void Timers::start(const tenon_mpm_child& mpm, tenon_section* section, Clock clock) {
  const std::lock_guard<std::mutex> lock(mutex_);
  control_ = std::this_thread::get_id();
  while (wheels_.size() < mpm.n_io_threads) {
    wheels_.push_back(std::make_unique<TimerWheel>(static_cast<uint32_t>(wheels_.size())));
  }
  for (const auto& wheel : wheels_) {
    wheel->start(mpm, section, clock);
  }
}

void Timers::stop() {
  std::vector<TimerWheel*> wheels;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& wheel : wheels_) {
      wheels.push_back(wheel.get());
    }
  }
  for (TimerWheel* const wheel : wheels) {
    wheel->stop();  // Calls what modules want to be called: without our lock.
  }
}

tenon_status Timers::arm(const Order& order, uint64_t* id) {
  if (order.fire == nullptr || order.delay_ns > kDelayNsMax || order.period_ns > kDelayNsMax) {
    return TENON_E_ARG;
  }
  if (order.period_ns != 0 && order.period_ns < kPeriodNsMin) return TENON_E_ARG;
  return wheel_of_this_thread()->arm(order, id);
}

tenon_status Timers::disarm(uint64_t id) {
  TimerWheel* wheel = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const uint32_t thread = TimerWheel::thread_of(id);
    if (thread < wheels_.size()) wheel = wheels_[thread].get();
  }
  return wheel == nullptr ? tenon_status{TENON_E_NOT_FOUND} : wheel->disarm(id);
}

// An I/O thread's own; else always the same one for the same thread. What is armed before start()
// is armed by the control thread, whose wheel is the first.
TimerWheel* Timers::wheel_of_this_thread() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& wheel : wheels_) {
    if (wheel->runs_here()) return wheel.get();
  }
  const std::thread::id self = std::this_thread::get_id();
  if (self == control_) return wheels_.front().get();
  return wheels_[std::hash<std::thread::id>()(self) % wheels_.size()].get();
}

namespace {

tenon_status TENON_CALL
arm(tenon_self* self,
    uint64_t delay_ns,
    uint64_t period_ns,
    tenon_timer_fn fire,
    void* data,
    tenon_release_fn drop,
    uint64_t* id) noexcept {
  if (self == nullptr) return TENON_E_ARG;
  const Timers::Order order = {self->name.c_str(), delay_ns, period_ns, fire, data, drop};
  return self->services->runtime.timers.arm(order, id);
}

tenon_status TENON_CALL disarm(tenon_self* self, uint64_t id) noexcept {
  return self == nullptr ? tenon_status{TENON_E_ARG} : self->services->runtime.timers.disarm(id);
}

}  // namespace

const tenon_timers& timers_api() {
  static constexpr tenon_timers kApi{
      .struct_size = sizeof(tenon_timers), .reserved = 0, .arm = &arm, .disarm = &disarm};
  return kApi;
}

}  // namespace tenon::module
