// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

#include "module/timers.hpp"

namespace tenon::module {

// The timers that fire on one I/O thread. They are kept in the order of their times; the MPM's one
// alarm of the thread stands for the first.
class TimerWheel {
 public:
  explicit TimerWheel(uint32_t thread) : thread_(thread) {}

  // [control]
  void start(const tenon_mpm_child& mpm, tenon_section* section, Timers::Clock clock);
  void stop();

  // [any]
  tenon_status arm(const Timers::Order& order, uint64_t* id);
  tenon_status disarm(uint64_t id);
  bool runs_here() const {
    return running_on_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }

  // An id says which thread the timer is of.
  static uint32_t thread_of(uint64_t id) { return static_cast<uint32_t>(id & 0xffff); }

 private:
  struct Timer {
    Timers::Order order;
    uint64_t due_ns = 0;
    bool firing = false;
    bool disarmed = false;  // by its own call, or during it
  };
  // What the MPM runs on the I/O thread: "look at your timers".
  struct Look {
    tenon_work work{};  // first
    TimerWheel* wheel = nullptr;
  };
  using Due = std::pair<uint64_t, uint64_t>;  // time, id

  static void TENON_CALL look(tenon_work* work, uint32_t thread) noexcept;
  static void TENON_CALL alarm(tenon_work* work, uint32_t thread) noexcept;
  void run();
  void fire(uint64_t id, uint64_t now_ns);
  void set_alarm();
  void ask_for_look();

  const uint32_t thread_;
  std::atomic<std::thread::id> running_on_{};

  std::mutex mutex_;  // guards all below
  const tenon_mpm_child* mpm_ = nullptr;
  tenon_section* section_ = nullptr;
  Timers::Clock clock_;
  bool stopped_ = false;
  std::unordered_map<uint64_t, Timer> timers_;
  std::set<Due> due_;  // of those that are not firing
  uint64_t armed_ = 0;
  uint64_t alarm_ns_ = 0;  // what the MPM knows; 0: none
  bool look_posted_ = false;
  Look look_;
  Look alarm_;
};

}  // namespace tenon::module
