// SPDX-License-Identifier: Apache-2.0
#include "event/watchdog.hpp"

#include <string_view>

#include <tenon/cpp/text.hpp>

#include <unistd.h>

#include "event/posix.hpp"

namespace tenon::mpm {
namespace {

constexpr std::string_view kLate =
    "the child did not end in time: a hook or a module's code hangs; the process is ended";

}  // namespace

Watchdog::Watchdog(const tenon_child_host& host, Bite bite) : host_(host), bite_(bite) {
  thread_ = start_thread("tenon watchdog", [this] { run(); });
}

Watchdog::~Watchdog() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watchdog::arm(std::uint64_t within_ns) {
  {
    const std::scoped_lock lock(mutex_);
    deadline_ = std::chrono::steady_clock::now() + std::chrono::nanoseconds(within_ns);
  }
  changed_.notify_all();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (!deadline_) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() >= *deadline_) {
      lock.unlock();
      host_.report(host_.context, TENON_LOG_ERROR, str(kLate));
      bite_();
      return;
    } else {
      const auto until = *deadline_;  // the wait reads it without the lock
      changed_.wait_until(lock, until);
    }
  }
}

void Watchdog::end_process() {
  ::_exit(1);
}

}  // namespace tenon::mpm
