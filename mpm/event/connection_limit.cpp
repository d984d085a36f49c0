// SPDX-License-Identifier: Apache-2.0
#include "event/connection_limit.hpp"

#include <chrono>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {

void ConnectionLimit::watch(const Flag& flag) {
  const std::scoped_lock lock(mutex_);
  watchers_.push_back(&flag);
}

bool ConnectionLimit::try_acquire() {
  const std::scoped_lock lock(mutex_);
  if (open_ >= max_) return false;
  ++open_;
  return true;
}

void ConnectionLimit::acquire_beyond() {
  const std::scoped_lock lock(mutex_);
  ++open_;
}

void ConnectionLimit::release() {
  const std::scoped_lock lock(mutex_);
  TENON_ASSERT(open_ > 0);
  if (--open_ == 0) emptied_.notify_all();
  if (open_ + 1 < max_) return;
  // Every acceptor that was turned away has seen max_ or more, so this release wakes it.
  for (const Flag* flag : watchers_)
    flag->set();
}

bool ConnectionLimit::wait_until_empty(std::uint64_t within_ns) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, std::chrono::nanoseconds(within_ns), [this] {
    return open_ == 0;
  });
}

void ConnectionLimit::wait_until_empty() {
  std::unique_lock lock(mutex_);
  emptied_.wait(lock, [this] { return open_ == 0; });
}

}  // namespace tenon::mpm
