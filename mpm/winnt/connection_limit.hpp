// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// Counts the connections of the child against max_connections. A place is taken by the acceptor
// before it hands a connection over, and given back when the connection's socket was closed.
class ConnectionLimit {
 public:
  explicit ConnectionLimit(std::uint64_t max) : max_(max), empty_(make_event(EventReset::Manual)) {
    ::SetEvent(empty_.get());
  }

  // `event` is set whenever a place becomes free at the limit. REQUIRES: no acceptor runs yet.
  void watch(HANDLE event) { watchers_.push_back(event); }

  // [any] False: the limit is reached.
  bool try_acquire();
  // [any] For connections that were accepted already when the child was told to drain: they are
  // served, whatever the limit says.
  void acquire_beyond();
  // [any]
  void release();

  std::uint64_t open() const { return open_.load(); }
  // Whether no connection is open, now or within the given time.
  bool wait_until_empty(DWORD milliseconds) const;

 private:
  const std::uint64_t max_;
  std::atomic<std::uint64_t> open_ = 0;
  std::vector<HANDLE> watchers_;
  UniqueHandle empty_;  // set by the release of the last connection; a hint, open_ is the truth
};

}  // namespace tenon::mpm
