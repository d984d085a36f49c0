// SPDX-License-Identifier: Apache-2.0
#include "winnt/pool.hpp"

#include "common/section_layout.hpp"

namespace tenon::mpm {

Pool::~Pool() {
  begin_stop();
  join();
}

void Pool::start() {
  workers_.resize(setup_.n_threads);  // never again, because the threads keep pointers into it
  for (std::uint32_t i = 0; i < setup_.n_threads; ++i) {
    Worker& worker = workers_[i];
    worker.pool = this;
    worker.slot = setup_.first_slot + i;
    const auto run = [](void* context) {
      auto* self = static_cast<Worker*>(context);
      self->pool->run(self->slot);
    };
    worker.thread = start_thread(L"tenon pool", run, &worker);
  }
}

// Under the lock: the section's fields have one writer at a time.
void Pool::tell(bool rejected) {
  if (setup_.section == nullptr) return;
  store(setup_.section->pool_queued, queued_);
  if (rejected) add(setup_.section->pool_rejected, 1);
}

tenon_status Pool::submit(tenon_work* work) {
  ::AcquireSRWLockExclusive(&lock_);
  const bool taken = queued_ < setup_.queue_max + idle_;
  if (taken) {
    queue_.push(work);
    ++queued_;
  }
  tell(!taken);
  ::ReleaseSRWLockExclusive(&lock_);
  if (!taken) return TENON_AGAIN;
  ::WakeConditionVariable(&filled_);
  return TENON_OK;
}

void Pool::begin_stop() {
  ::AcquireSRWLockExclusive(&lock_);
  stopping_ = true;
  ::ReleaseSRWLockExclusive(&lock_);
  ::WakeAllConditionVariable(&filled_);
}

void Pool::join() {
  for (Worker& worker : workers_)
    wait_for(worker.thread);
  workers_.clear();
}

void Pool::run(std::uint32_t slot) {
  while (tenon_work* work = next_work())
    work->run(work, slot);
}

tenon_work* Pool::next_work() {
  ::AcquireSRWLockExclusive(&lock_);
  ++idle_;
  while (queue_.empty() && !stopping_) {
    ::SleepConditionVariableSRW(&filled_, &lock_, INFINITE, 0);
  }
  --idle_;
  tenon_work* work = queue_.pop();
  if (work) --queued_;
  tell(false);
  ::ReleaseSRWLockExclusive(&lock_);
  return work;
}

}  // namespace tenon::mpm
