// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/mpm.h>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// Ends the process when an end was asked for and does not come: a hook that hangs in a thread of
// ours cannot be ended alone. Needs nothing but its own thread.
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
  void arm(DWORD milliseconds);

 private:
  void run();

  const tenon_child_host& host_;
  const Bite bite_;
  const UniqueHandle changed_;
  UniqueHandle thread_;
  SRWLOCK lock_ = SRWLOCK_INIT;
  ULONGLONG deadline_ms_ = 0;  // of GetTickCount64; 0: not armed
  bool ended_ = false;
};

}  // namespace tenon::mpm
