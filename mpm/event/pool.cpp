// SPDX-License-Identifier: Apache-2.0
#include "event/pool.hpp"

#include "common/section_layout.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

Pool::~Pool() {
  begin_stop();
  join();
}

void Pool::start() {
  for (std::uint32_t i = 0; i < setup_.n_threads; ++i) {
    const std::uint32_t slot = setup_.first_slot + i;
    threads_.push_back(start_thread("tenon pool", [this, slot] { run(slot); }));
  }
}

// Under the lock: the section's fields have one writer at a time.
void Pool::tell(bool rejected) {
  if (setup_.section == nullptr) return;
  store(setup_.section->pool_queued, queued_);
  if (rejected) add(setup_.section->pool_rejected, 1);
}

tenon_status Pool::submit(tenon_work* work) {
  {
    const std::scoped_lock lock(mutex_);
    const bool taken = queued_ < setup_.queue_max + idle_;
    if (taken) {
      queue_.push(work);
      ++queued_;
    }
    tell(!taken);
    if (!taken) return TENON_AGAIN;
  }
  filled_.notify_one();
  return TENON_OK;
}

void Pool::begin_stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  filled_.notify_all();
}

void Pool::join() {
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

void Pool::run(std::uint32_t slot) {
  while (tenon_work* work = next_work())
    work->run(work, slot);
}

tenon_work* Pool::next_work() {
  std::unique_lock lock(mutex_);
  ++idle_;
  filled_.wait(lock, [this] { return !queue_.empty() || stopping_; });
  --idle_;
  tenon_work* work = queue_.pop();
  if (work) --queued_;
  tell(false);
  return work;
}

}  // namespace tenon::mpm
