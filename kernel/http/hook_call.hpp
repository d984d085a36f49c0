// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <string_view>

#include "http/hook_scope.hpp"
#include "http/request.hpp"

// Calling into modules, on whatever thread owns the request now.
namespace tenon::http {

// 0: hooks do not run in this stage.
constexpr int32_t phase_of(Stage stage) {
  constexpr int32_t kPhases[] = {
      TENON_PH_POST_READ,
      TENON_PH_REWRITE,
      TENON_PH_ACCESS,
      0,
      TENON_PH_HANDLER,
      TENON_PH_RESPONSE,
      0,
      TENON_PH_LOG,
      0};
  static_assert(static_cast<size_t>(Stage::Done) + 1 == std::size(kPhases));
  return kPhases[static_cast<size_t>(stage)];
}
static_assert(phase_of(Stage::Handler) == TENON_PH_HANDLER && phase_of(Stage::Body) == 0);
static_assert(phase_of(Stage::Response) == TENON_PH_RESPONSE && phase_of(Stage::Send) == 0);
static_assert(phase_of(Stage::Log) == TENON_PH_LOG && phase_of(Stage::Done) == 0);

// Calls the run's hook on the running thread, whose slots say so meanwhile and count it.
tenon_verdict call_hook(Request& request, HookRun& run, const ThreadSlots& slots, uint64_t now_ns);

// Counts a call in the slots of the thread that it ran on.
void count_call(const ThreadSlots& slots, const route::HookCall& hook, tenon_verdict verdict);

// [I/O thread] Whether what the pending run waits for is there: then it has been called again, and
// `verdict` is what it said.
bool try_resume(Request& request, HookRun& run, uint64_t now_ns, tenon_verdict& verdict);
// Whether anything can still resume it.
bool can_resume(const HookRun& run);
// Gives back ticket and wish.
void forget_wait(HookRun& run);

// [I/O thread] Hands the run's hook to the pool. False: its queue is full.
bool call_in_pool(Request& request, HookRun& run);

// [pool thread] Waits for news of the request's exchange, whose mutex is locked. Asks for no more
// than a look: there may be none.
void wait_for_news(Request& request, std::unique_lock<std::mutex>& lock);

// One line in the error log that names module and request.
void log_failure(const Request& request, const char* module, std::string_view why);

}  // namespace tenon::http
