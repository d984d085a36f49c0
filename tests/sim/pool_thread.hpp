// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include <tenon/mpm.h>

namespace tenon::sim {

// Work of the pool on a thread of its own that takes turns with the thread that drives it: only one
// of the two runs at any time, so that everything happens in the same order again.
class PoolThread {
 public:
  explicit PoolThread(tenon_work* work);
  // REQUIRES: it has ended.
  ~PoolThread();
  PoolThread(const PoolThread&) = delete;
  PoolThread& operator=(const PoolThread&) = delete;

  // ---- the driving thread ----
  // Lets it run until it pauses or ends.
  void go_on();
  bool has_ended() const { return ended_; }

  // ---- its own thread ----
  void pause();

 private:
  void run(tenon_work* work);
  void pass_turn(bool to_thread);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool threads_turn_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace tenon::sim
