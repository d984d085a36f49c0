// SPDX-License-Identifier: Apache-2.0
#include "module/timer_wheel.hpp"

#include <algorithm>
#include <vector>

#include "base/limits.hpp"
#include "http/context.hpp"
#include "http/hook_scope.hpp"
#include "http/io_thread.hpp"

namespace tenon::module {
namespace {

constexpr int kThreadBits = 16;

void drop_data(const Timers::Order& order) {
  if (order.drop != nullptr) order.drop(order.data);
}

// Calls that were missed are not made up for.
uint64_t next_time(uint64_t due_ns, uint64_t period_ns, uint64_t now_ns) {
  return due_ns + ((now_ns - due_ns) / period_ns + 1) * period_ns;
}

}  // namespace

void TimerWheel::start(const tenon_mpm_child& mpm, tenon_section* section, Timers::Clock clock) {
  const std::lock_guard<std::mutex> lock(mutex_);
  mpm_ = &mpm;
  section_ = section;
  clock_ = std::move(clock);
  // Until now only delays were known.
  const uint64_t now_ns = clock_();
  due_.clear();
  for (auto& [id, timer] : timers_) {
    timer.due_ns = now_ns + timer.order.delay_ns;
    due_.insert({timer.due_ns, id});
  }
  look_ = {{nullptr, look}, this};
  alarm_ = {{nullptr, alarm}, this};
  ask_for_look();  // Also where there is no timer: the thread makes itself known.
}

void TimerWheel::stop() {
  std::vector<Timers::Order> dropped;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    mpm_ = nullptr;
    for (const auto& [id, timer] : timers_) {
      dropped.push_back(timer.order);
    }
    timers_.clear();
    due_.clear();
  }
  std::for_each(dropped.begin(), dropped.end(), drop_data);
}

tenon_status TimerWheel::arm(const Timers::Order& order, uint64_t* id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) return TENON_E_STATE;
  if (timers_.size() >= limits::kTimersMax) return TENON_E_LIMIT;
  const uint64_t number = ++armed_ << kThreadBits | thread_;
  Timer& timer = timers_[number];
  timer.order = order;
  if (id != nullptr) *id = number;
  if (mpm_ == nullptr) return TENON_OK;
  timer.due_ns = clock_() + order.delay_ns;
  due_.insert({timer.due_ns, number});
  if (alarm_ns_ == 0 || timer.due_ns < alarm_ns_) ask_for_look();
  return TENON_OK;
}

tenon_status TimerWheel::disarm(uint64_t id) {
  Timers::Order order;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = timers_.find(id);
    if (found == timers_.end() || found->second.disarmed) return TENON_E_NOT_FOUND;
    if (found->second.firing) {
      found->second.disarmed = true;
      return TENON_AGAIN;
    }
    order = found->second.order;
    due_.erase({found->second.due_ns, id});
    timers_.erase(found);
  }
  drop_data(order);
  return TENON_OK;
}

void TENON_CALL TimerWheel::look(tenon_work* work, uint32_t) noexcept {
  static_assert(offsetof(Look, work) == 0);
  TimerWheel& wheel = *reinterpret_cast<Look*>(work)->wheel;
  wheel.running_on_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  const std::lock_guard<std::mutex> lock(wheel.mutex_);
  wheel.look_posted_ = false;
  wheel.set_alarm();
}

void TENON_CALL TimerWheel::alarm(tenon_work* work, uint32_t) noexcept {
  reinterpret_cast<Look*>(work)->wheel->run();
}

// Each timer that is due fires once.
void TimerWheel::run() {
  std::vector<uint64_t> ids;
  uint64_t now_ns = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    alarm_ns_ = 0;
    if (stopped_) return;
    now_ns = clock_();
    for (auto due = due_.begin(); due != due_.end() && due->first <= now_ns; ++due) {
      ids.push_back(due->second);
    }
  }
  for (const uint64_t id : ids) {
    fire(id, now_ns);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  set_alarm();
}

void TimerWheel::fire(uint64_t id, uint64_t now_ns) {
  Timers::Order order;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = timers_.find(id);
    if (found == timers_.end()) return;  // Disarmed by one that fired before it.
    found->second.firing = true;
    due_.erase({found->second.due_ns, id});
    order = found->second.order;
  }
  {
    tenon_thread_slot* const slot = http::find_slot(section_, thread_);
    const http::HookScope scope(slot, order.module, TENON_RUNS_TIMER, 0, now_ns);
    order.fire(order.data);
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = timers_.find(id);
    if (order.period_ns != 0 && !found->second.disarmed) {
      found->second.firing = false;
      found->second.due_ns = next_time(found->second.due_ns, order.period_ns, now_ns);
      due_.insert({found->second.due_ns, id});
      return;
    }
    timers_.erase(found);
  }
  drop_data(order);
}

// [I/O thread] The lock is held.
void TimerWheel::set_alarm() {
  if (mpm_ == nullptr) return;
  const uint64_t first_ns = due_.empty() ? 0 : due_.begin()->first;
  if (first_ns == alarm_ns_) return;
  alarm_ns_ = first_ns;
  mpm_->set_alarm(mpm_->context, thread_, first_ns, &alarm_.work);
}

// Only the I/O thread may set its alarm. The lock is held.
void TimerWheel::ask_for_look() {
  if (look_posted_) return;
  look_posted_ = true;
  mpm_->post(mpm_->context, thread_, &look_.work);
}

}  // namespace tenon::module
