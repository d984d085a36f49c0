// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/pool_thread.hpp"

namespace tenon::sim {

PoolThread::PoolThread(tenon_work* work) : thread_([this, work] { run(work); }) {}

PoolThread::~PoolThread() {
  thread_.join();
}

void PoolThread::go_on() {
  pass_turn(true);
}

void PoolThread::pause() {
  pass_turn(false);
}

// Returns when the other one passes the turn back, or ends.
void PoolThread::pass_turn(bool to_thread) {
  std::unique_lock<std::mutex> lock(mutex_);
  threads_turn_ = to_thread;
  changed_.notify_all();
  changed_.wait(lock, [this, to_thread] { return threads_turn_ != to_thread; });
}

void PoolThread::run(tenon_work* work) {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return threads_turn_; });
  }
  work->run(work, 1);
  const std::lock_guard<std::mutex> lock(mutex_);
  ended_ = true;
  threads_turn_ = false;
  changed_.notify_all();
}

}  // namespace tenon::sim
