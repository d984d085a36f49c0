// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "common/request.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

// What the control process is asked for by its channel.
class Inbox {
 public:
  // Readable while something may be there.
  int arrived() const { return arrived_.fd(); }

  // [any]
  void put(Request request, Reply reply = {}) {
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back({request, std::move(reply)});
    }
    arrived_.set();
  }
  // [control] Whether a request to stop waits to be taken. What is seen here wakes nobody again.
  bool wants_stop() {
    const std::scoped_lock lock(mutex_);
    arrived_.clear();
    return std::any_of(asked_.begin(), asked_.end(), [](const Asked& asked) {
      return is_stop(asked.request);
    });
  }
  // [control] All that came since.
  std::deque<Asked> take() {
    const std::scoped_lock lock(mutex_);
    arrived_.clear();
    return std::exchange(asked_, {});
  }

 private:
  const Flag arrived_;
  std::mutex mutex_;  // guards asked_
  std::deque<Asked> asked_;
};

}  // namespace tenon::mpm
