// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include <tenon/mpm.h>

#include "common/hook_watch.hpp"

namespace tenon::mpm {

// Ends the process when an end was asked for and does not come, or when a hook holds up an I/O
// thread: what hangs in a thread of ours cannot be ended alone. Needs nothing but its own thread.
class Watchdog {
 public:
  // `bite` ends the process; tests put something milder here.
  using Bite = void (*)();
  static void end_process();

  explicit Watchdog(const tenon_child_host& host, Bite bite = end_process);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // [any] The last call counts.
  void arm(std::uint64_t within_ns);
  // [any] From now on: a hook that may not block and runs for longer ends the process, and one that
  // may block is named in the log, once. 0: never. The section must outlive this object, or
  // watch_hooks() be called with 0 before it goes.
  void watch_hooks(const tenon_section& section, std::uint64_t timeout_ns);

 private:
  void run();
  bool hook_hangs();

  const tenon_child_host& host_;
  const Bite bite_;
  std::mutex mutex_;  // guards all below but the thread
  std::condition_variable changed_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  HookWatch hooks_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace tenon::mpm
