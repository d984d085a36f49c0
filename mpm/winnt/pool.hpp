// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <tenon/mpm.h>

#include "winnt/mailbox.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// The threads that run what may block. The queue is bounded, so that overload is an answer (503)
// and not a growing wait.
class Pool {
 public:
  struct Setup {
    std::uint32_t n_threads = 0;
    std::uint32_t first_slot = 0;  // index of the first thread's slot in the section
    std::size_t queue_max = 0;     // pieces of work that wait beyond those for which a thread idles
    tenon_section* section = nullptr;  // where the queue is told; null: nowhere
  };

  explicit Pool(const Setup& setup) : setup_(setup) {}
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void start();
  // [any] TENON_AGAIN: the queue is full.
  tenon_status submit(tenon_work* work);
  // Everything that was taken is still run, because work runs exactly once.
  void begin_stop();
  void join();

 private:
  struct Worker {
    Pool* pool = nullptr;
    std::uint32_t slot = 0;
    UniqueHandle thread;
  };

  void tell(bool rejected);
  void run(std::uint32_t slot);
  tenon_work* next_work();

  const Setup setup_;
  std::vector<Worker> workers_;
  SRWLOCK lock_ = SRWLOCK_INIT;
  CONDITION_VARIABLE filled_ = CONDITION_VARIABLE_INIT;
  IntrusiveQueue<tenon_work> queue_;
  std::size_t queued_ = 0;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace tenon::mpm
