// SPDX-License-Identifier: Apache-2.0
#include "winnt/connection_limit.hpp"

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {

bool ConnectionLimit::try_acquire() {
  std::uint64_t open = open_.load();
  do {
    if (open >= max_) return false;
  } while (!open_.compare_exchange_weak(open, open + 1));
  return true;
}

void ConnectionLimit::acquire_beyond() {
  open_.fetch_add(1);
}

void ConnectionLimit::release() {
  const std::uint64_t before = open_.fetch_sub(1);
  TENON_ASSERT(before > 0);
  if (before == 1) ::SetEvent(empty_.get());
  if (before < max_) return;
  // Every acceptor that was turned away has seen max_ or more, so it is woken by this decrement.
  for (const HANDLE event : watchers_)
    ::SetEvent(event);
}

bool ConnectionLimit::wait_until_empty(DWORD milliseconds) const {
  const ULONGLONG end = ::GetTickCount64() + milliseconds;
  while (open_.load() > 0) {
    const ULONGLONG now = ::GetTickCount64();
    if (now >= end) return false;
    ::ResetEvent(empty_.get());
    // Between the reset and here the last one may have gone, whose signal the reset took away.
    if (open_.load() == 0) return true;
    ::WaitForSingleObject(empty_.get(), static_cast<DWORD>(end - now));
  }
  return true;
}

}  // namespace tenon::mpm
