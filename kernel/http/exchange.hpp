// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <mutex>

#include <tenon/module.h>
#include <tenon/mpm.h>

#include "route/plan.hpp"

namespace tenon::http {

// What a request's I/O thread and a pool thread that runs its hook say to each other. The pool
// thread asks and blocks; the I/O thread, woken by `poke`, does what only it can, and answers. All
// but `poke` is guarded by `mutex`.
struct Exchange {
  std::mutex mutex;
  std::condition_variable changed;

  bool poked = false;        // `poke` is on its way to the I/O thread
  bool gone = false;         // the client is gone, or the answer was given up: stop waiting
  bool body_wanted = false;  // read the body (on)
  bool head_wanted = false;  // start() waits until the head is on its way
  bool head_out = false;

  // A RESPONSE hook that may block, lent to the pool thread that waits in start(): another thread
  // of the pool might never come free.
  const route::HookCall* lent = nullptr;
  bool lent_done = false;
  tenon_verdict lent_verdict = TENON_NEXT;

  void reset() {
    poked = gone = body_wanted = head_wanted = head_out = lent_done = false;
    lent = nullptr;
  }
};

}  // namespace tenon::http
