// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <tenon/mpm.h>
#include <tenon/timers.h>

namespace tenon::module {

class TimerWheel;

// All timers of a child: "tenon.timers/1". Each I/O thread has its own, behind a lock of its own,
// since any thread may arm and disarm.
class Timers {
 public:
  using Clock = std::function<uint64_t()>;

  Timers();
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  // [control] I/O threads are there and will serve: what was armed before begins to count.
  // `section` may be null; `clock` is that of the MPM.
  void start(const tenon_mpm_child& mpm, tenon_section* section, Clock clock);
  // [control] They have ended: drops what is armed. Nothing is taken any more.
  void stop();

  struct Order {
    const char* module = nullptr;  // whose it is; lives as long as the process
    uint64_t delay_ns = 0;
    uint64_t period_ns = 0;
    tenon_timer_fn fire = nullptr;
    void* data = nullptr;
    tenon_release_fn drop = nullptr;
  };
  // [any] As tenon_timers has it.
  tenon_status arm(const Order& order, uint64_t* id);
  tenon_status disarm(uint64_t id);

 private:
  TimerWheel* wheel_of_this_thread();

  std::mutex mutex_;  // guards the vector; the wheels live as long as this object
  std::vector<std::unique_ptr<TimerWheel>> wheels_;  // by I/O thread; the first is always there
  std::thread::id control_;
};

// The table behind "tenon.timers/1".
const tenon_timers& timers_api();

}  // namespace tenon::module
