// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "event/posix.hpp"

namespace tenon::mpm {

// Counts the connections of the child against max_connections. A place is taken by the acceptor
// before it hands a connection over, and given back when the connection's socket was closed.
class ConnectionLimit {
 public:
  explicit ConnectionLimit(std::uint64_t max) : max_(max) {}

  // `flag` is set whenever a place becomes free at the limit. REQUIRES: no acceptor runs yet that
  // watches, and the flag outlives every release().
  void watch(const Flag& flag);

  // [any] False: the limit is reached.
  bool try_acquire();
  // [any] For connections that were queued already when the child was told to drain: they are
  // served, whatever the limit says.
  void acquire_beyond();
  // [any]
  void release();

  // Whether no connection is open, now or within the given time.
  bool wait_until_empty(std::uint64_t within_ns);
  void wait_until_empty();

 private:
  const std::uint64_t max_;
  std::mutex mutex_;  // guards all below
  std::condition_variable emptied_;
  std::uint64_t open_ = 0;
  std::vector<const Flag*> watchers_;
};

}  // namespace tenon::mpm
