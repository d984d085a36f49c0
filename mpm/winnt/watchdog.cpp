// SPDX-License-Identifier: Apache-2.0
#include "winnt/watchdog.hpp"

#include <string_view>

#include <tenon/cpp/text.hpp>

#include "winnt/pipe.hpp"

namespace tenon::mpm {
namespace {

constexpr std::string_view kLate =
    "the child did not end in time: a hook or a module's code hangs; the process is ended";

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

void Watchdog::run() {
  for (;;) {
    DWORD wait_ms = INFINITE;
    {
      const SrwGuard guard(lock_);
      if (ended_) return;
      const ULONGLONG now = ::GetTickCount64();
      if (deadline_ms_ > 0)
        wait_ms = deadline_ms_ > now ? static_cast<DWORD>(deadline_ms_ - now) : 0;
    }
    if (::WaitForSingleObject(changed_.get(), wait_ms) == WAIT_OBJECT_0) continue;
    host_.report(host_.context, TENON_LOG_ERROR, str(kLate));
    bite_();
    return;
  }
}

void Watchdog::end_process() {
  ::TerminateProcess(::GetCurrentProcess(), 1);
}

}  // namespace tenon::mpm
