// SPDX-License-Identifier: Apache-2.0
#include "winnt/watchdog.hpp"

#include <algorithm>
#include <string_view>

#include <tenon/cpp/text.hpp>

#include "winnt/pipe.hpp"

namespace tenon::mpm {
namespace {

constexpr std::string_view kLate =
    "the child did not end in time: a hook or a module's code hangs; the process is ended";

// Of next_wait_ms(): below INFINITE, which HookWatch uses, and no time that anybody asks for.
constexpr DWORD kOver = INFINITE - 1;

}  // namespace

Watchdog::Watchdog(const tenon_child_host& host, Bite bite)
    : host_(host),
      bite_(bite),
      changed_(make_event(EventReset::Automatic)) {
  thread_ = start_thread(
      L"tenon watchdog", [](void* self) { static_cast<Watchdog*>(self)->run(); }, this
  );
}

Watchdog::~Watchdog() {
  {
    const SrwGuard guard(lock_);
    ended_ = true;
  }
  ::SetEvent(changed_.get());
  wait_for(thread_);
}

void Watchdog::arm(DWORD milliseconds) {
  {
    const SrwGuard guard(lock_);
    deadline_ms_ = ::GetTickCount64() + milliseconds;
  }
  ::SetEvent(changed_.get());
}

void Watchdog::watch_hooks(const tenon_section& section, std::uint64_t timeout_ns) {
  {
    const SrwGuard guard(lock_);
    hooks_ = HookWatch(section, timeout_ns);
  }
  ::SetEvent(changed_.get());
}

void Watchdog::run() {
  for (;;) {
    const DWORD wait_ms = next_wait_ms();
    if (wait_ms == kOver) return;
    if (::WaitForSingleObject(changed_.get(), wait_ms) == WAIT_OBJECT_0) continue;
    if (hook_hangs()) return bite_();
    const SrwGuard guard(lock_);
    if (deadline_ms_ == 0 || deadline_ms_ > ::GetTickCount64()) continue;
    host_.report(host_.context, TENON_LOG_ERROR, str(kLate));
    return bite_();
  }
}

// kOver: the watchdog is not wanted any more.
DWORD Watchdog::next_wait_ms() {
  const SrwGuard guard(lock_);
  if (ended_) return kOver;
  DWORD wait_ms = hooks_.look_every_ms();
  const ULONGLONG now = ::GetTickCount64();
  if (deadline_ms_ > 0) {
    const ULONGLONG left = deadline_ms_ > now ? deadline_ms_ - now : 0;
    wait_ms = static_cast<DWORD>(std::min<ULONGLONG>(left, wait_ms));
  }
  return wait_ms;
}

bool Watchdog::hook_hangs() {
  const SrwGuard guard(lock_);
  for (const HookWatch::Finding& finding : hooks_.look(host_.now())) {
    host_.report(
        host_.context, finding.ends_child ? TENON_LOG_ERROR : TENON_LOG_WARN, str(finding.text)
    );
    if (finding.ends_child) return true;
  }
  return false;
}

void Watchdog::end_process() {
  ::TerminateProcess(::GetCurrentProcess(), 1);
}

}  // namespace tenon::mpm
