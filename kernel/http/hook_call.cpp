// SPDX-License-Identifier: Apache-2.0
#include "http/hook_call.hpp"

#include <string>
#include <utility>

#include "http/handle.hpp"
#include "http/io_thread.hpp"
#include "http/session.hpp"
#include "http/ticket.hpp"

namespace tenon::http {
namespace {

// Says for as long as module code runs whose it is: to the crash report, and to suspend() and
// want().
class ActiveRun {
 public:
  ActiveRun(Request& request, HookRun& run, tenon_thread_slot* slot, uint64_t now_ns)
      : request_(request),
        before_(std::exchange(request.active, &run)),
        scope_(
            slot,
            run.hook->module,
            &run == &request.producer ? TENON_PH_HANDLER : phase_of(request.stage),
            request.info.request_number,
            now_ns
        ) {
    request_.error_note = {};
  }
  ~ActiveRun() { request_.active = before_; }
  ActiveRun(const ActiveRun&) = delete;
  ActiveRun& operator=(const ActiveRun&) = delete;

 private:
  Request& request_;
  HookRun* const before_;
  const HookScope scope_;
};

PoolCall& call_of(tenon_work* work) {
  static_assert(offsetof(PoolCall, work) == 0);
  return *reinterpret_cast<PoolCall*>(work);
}

void TENON_CALL back_on_io_thread(tenon_work* work, uint32_t) noexcept {
  Request& request = *call_of(work).request;
  set_owner(request);
  request.session->pool_done();
}

void TENON_CALL run_on_pool_thread(tenon_work* work, uint32_t thread) noexcept {
  PoolCall& pool_call = call_of(work);
  Request& request = *pool_call.request;
  const Context& context = request.thread.context();
  set_owner(request);
  // Once the client is gone nobody waits for an answer; but what happened is still logged.
  const bool wanted =
      request.stage == Stage::Log || !request.cancelled.load(std::memory_order_relaxed);
  if (wanted) {
    const ThreadSlots slots = find_slots(context.section, thread);
    tenon_module_slot* const module = slots.module(request.run.hook->module_index);
    const uint64_t begun_ns = now_ns();
    pool_call.slots = slots;
    request.info.flags |= TENON_REQ_IN_POOL;
    pool_call.verdict = call_hook(request, request.run, slots, begun_ns);
    request.info.flags &= ~static_cast<uint32_t>(TENON_REQ_IN_POOL);
    if (module != nullptr) add_relaxed(module->time_ns, now_ns() - begun_ns);
  }
  work->run = back_on_io_thread;
  context.mpm->post(context.mpm->context, request.thread.index(), work);
}

// What resumes a pending run, if anything has come.
struct Wakeup {
  bool come = false;
  tenon_resume_fn fn = nullptr;  // null: the ticket was discarded
  void* data = nullptr;
};

bool has_body_news(Request& request) {
  return !request.filtered_body.front().empty() || request.body.has_news();
}

Wakeup take_wakeup(Request& request, HookRun& run) {
  if (run.resumed) {
    const TicketBook::Call call =
        request.thread.tickets().redeem(std::exchange(run.ticket, nullptr));
    run.resumed = false;
    return {true, call.fn, call.data};
  }
  const bool body = (run.want_events & TENON_WANT_BODY) != 0 && has_body_news(request);
  const bool writable =
      (run.want_events & TENON_WANT_WRITABLE) != 0 && request.response.stream.is_low();
  if (!body && !writable) return {};
  run.want_events = 0;
  return {true, std::exchange(run.want_fn, nullptr), run.want_data};
}

// An exception that leaves a module ends the process here, below the scope that says who it was.
tenon_verdict enter(const route::HookCall& hook, Request& request) noexcept {
  return hook.call(hook.instance, handle_of(request), &request.info);
}

}  // namespace

tenon_verdict call_hook(Request& request, HookRun& run, const ThreadSlots& slots, uint64_t now_ns) {
  const route::HookCall& hook = *run.hook;
  tenon_verdict verdict = TENON_FAILED;
  {
    const ActiveRun active(request, run, slots.thread, now_ns);
    verdict = enter(hook, request);
  }
  count_call(slots, hook, verdict);
  return verdict;
}

void count_call(const ThreadSlots& slots, const route::HookCall& hook, tenon_verdict verdict) {
  tenon_module_slot* const module = slots.module(hook.module_index);
  if (module == nullptr) return;
  add_relaxed(module->calls, uint64_t{1});
  if (verdict == TENON_FAILED) add_relaxed(module->failures, uint64_t{1});
}

bool try_resume(Request& request, HookRun& run, uint64_t now_ns, tenon_verdict& verdict) {
  const Wakeup wakeup = take_wakeup(request, run);
  if (!wakeup.come) return false;
  if (wakeup.fn == nullptr) {
    verdict = TENON_PENDING;  // Discarded: it goes on if something else can resume it.
    return true;
  }
  const ActiveRun active(request, run, &request.thread.slot(), now_ns);
  verdict = wakeup.fn(run.hook->instance, handle_of(request), &request.info, wakeup.data);
  // The call was counted when it began.
  tenon_module_slot* const module = request.thread.slots().module(run.hook->module_index);
  if (verdict == TENON_FAILED && module != nullptr) add_relaxed(module->failures, uint64_t{1});
  return true;
}

bool can_resume(const HookRun& run) {
  return run.ticket != nullptr || run.want_events != 0;
}

void forget_wait(HookRun& run) {
  run.want_events = 0;
  run.want_fn = nullptr;
  Ticket* const ticket = std::exchange(run.ticket, nullptr);
  if (ticket == nullptr) return;
  TicketBook& book = *ticket->book;
  if (!std::exchange(run.resumed, false)) return book.disown(ticket);
  const TicketBook::Call call = book.redeem(ticket);
  if (call.drop != nullptr) call.drop(call.data);
}

bool call_in_pool(Request& request, HookRun& run) {
  const tenon_mpm_child& mpm = *request.thread.context().mpm;
  run.state = HookRun::State::InPool;
  request.pool_call.work = {nullptr, run_on_pool_thread};
  request.pool_call.request = &request;
  request.pool_call.verdict = TENON_NEXT;
  if (mpm.run_in_pool(mpm.context, &request.pool_call.work) == TENON_OK) return true;
  run.state = HookRun::State::Idle;
  return false;
}

void wait_for_news(Request& request, std::unique_lock<std::mutex>& lock) {
  const Context& context = request.thread.context();
  if (context.pool_wait != nullptr) return context.pool_wait(context.mpm->context, lock);
  request.exchange.changed.wait(lock);
}

void log_failure(const Request& request, const char* module, std::string_view why) {
  Log* const log = request.thread.context().log;
  if (log == nullptr) return;
  const std::string number = std::to_string(request.info.request_number);
  const LogField fields[] = {
      {"module", module},
      {"reason", why},
      {"request", number},
      {"method", request.head.method},
      {"target", request.head.target}};
  log->write(TENON_LOG_ERROR, "a module failed", fields, std::size(fields));
}

}  // namespace tenon::http
