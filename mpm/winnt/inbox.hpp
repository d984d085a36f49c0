// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <deque>
#include <utility>

#include "common/request.hpp"
#include "winnt/pipe.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// What the control process is asked for, by whom and wherever: the console, the service manager,
// the pipe.
class Inbox {
 public:
  // Set while something may be there.
  HANDLE arrived() const { return arrived_.get(); }

  // [any]
  void put(Request request, Reply reply = {}) {
    {
      const SrwGuard guard(lock_);
      asked_.push_back({std::move(request), std::move(reply)});
    }
    ::SetEvent(arrived_.get());
  }
  // [control] Whether a request to stop waits to be taken.
  bool wants_stop() {
    const SrwGuard guard(lock_);
    return std::any_of(asked_.begin(), asked_.end(), [](const Asked& asked) {
      return is_stop(asked.request);
    });
  }
  // [control] All that came since.
  std::deque<Asked> take() {
    const SrwGuard guard(lock_);
    return std::exchange(asked_, {});
  }

 private:
  const UniqueHandle arrived_ = make_event(EventReset::Automatic);
  SRWLOCK lock_ = SRWLOCK_INIT;  // guards asked_
  std::deque<Asked> asked_;
};

}  // namespace tenon::mpm
