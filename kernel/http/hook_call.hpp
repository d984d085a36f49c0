// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "http/request.hpp"

// Calling into modules, on whatever thread owns the request now.
namespace tenon::http {

int32_t phase_of(Stage stage);

// Calls the run's hook on the running thread, whose slot says so meanwhile.
tenon_verdict call_hook(Request& request, HookRun& run, tenon_thread_slot* slot, uint64_t now_ns);

// [I/O thread] Whether what the pending run waits for is there: then it has been called again, and
// `verdict` is what it said.
bool try_resume(Request& request, HookRun& run, uint64_t now_ns, tenon_verdict& verdict);
// Whether anything can still resume it.
bool can_resume(const HookRun& run);
// Gives back ticket and wish.
void forget_wait(HookRun& run);

// [I/O thread] Hands the run's hook to the pool. False: its queue is full.
bool call_in_pool(Request& request, HookRun& run);

// One line in the error log that names module and request.
void log_failure(const Request& request, const char* module, std::string_view why);

}  // namespace tenon::http
