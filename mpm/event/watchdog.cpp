// SPDX-License-Identifier: Apache-2.0
#include "event/watchdog.hpp"

#include <algorithm>
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

void Watchdog::watch_hooks(const tenon_section& section, std::uint64_t timeout_ns) {
  {
    const std::scoped_lock lock(mutex_);
    hooks_ = HookWatch(section, timeout_ns);
  }
  changed_.notify_all();
}

void Watchdog::run() {
  constexpr std::chrono::hours kLong{1};  // a further look then costs nothing
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const auto now = std::chrono::steady_clock::now();
    if (deadline_ && now >= *deadline_) {
      host_.report(host_.context, TENON_LOG_ERROR, str(kLate));
      return bite_();
    }
    if (hook_hangs()) return bite_();
    auto until = deadline_ ? *deadline_ : now + kLong;
    if (hooks_.look_every_ms() != HookWatch::kNever) {
      until = std::min(until, now + std::chrono::milliseconds(hooks_.look_every_ms()));
    }
    changed_.wait_until(lock, until);
  }
}

bool Watchdog::hook_hangs() {
  for (const HookWatch::Finding& finding : hooks_.look(host_.now())) {
    const std::int32_t level = finding.ends_child ? TENON_LOG_ERROR : TENON_LOG_WARN;
    host_.report(host_.context, level, str(finding.text));
    if (finding.ends_child) return true;
  }
  return false;
}

void Watchdog::end_process() {
  ::_exit(1);
}

}  // namespace tenon::mpm
