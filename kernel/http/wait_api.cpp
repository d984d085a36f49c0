// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "http/handle.hpp"
#include "http/io_thread.hpp"
#include "http/request_api.hpp"
#include "http/session.hpp"
#include "http/ticket.hpp"

// Requests that wait.
namespace tenon::http {
namespace {

tenon_status TENON_CALL suspend(tenon_req* handle, tenon_ticket** out) noexcept {
  if (out == nullptr) return TENON_E_ARG;
  const Owned call = owned(handle, "suspend");
  if (!call) return call.refused;
  Request& request = *call.request;
  HookRun* const run = request.active;
  if (run == nullptr || run->ticket != nullptr || request.stage == Stage::Log) return TENON_E_STATE;
  if (request.cancelled.load(std::memory_order_relaxed)) return TENON_E_CANCELLED;
  run->ticket = request.thread.tickets().issue(request);
  *out = handle_of(*run->ticket);
  return TENON_OK;
}

tenon_status TENON_CALL
resume(tenon_ticket* ticket, tenon_resume_fn fn, void* data, tenon_release_fn drop) noexcept {
  if (ticket == nullptr || fn == nullptr) return TENON_E_ARG;
  return resume_ticket(ticket, fn, data, drop);
}

void TENON_CALL discard(tenon_ticket* ticket) noexcept {
  if (ticket == nullptr) return;
  resume_ticket(ticket, nullptr, nullptr, nullptr);
}

int32_t TENON_CALL ticket_cancelled(const tenon_ticket* ticket) noexcept {
  return ticket == nullptr ? 1 : is_cancelled(ticket);
}

tenon_status TENON_CALL
want(tenon_req* handle, uint32_t events, tenon_resume_fn fn, void* data) noexcept {
  constexpr uint32_t kAll = TENON_WANT_BODY | TENON_WANT_WRITABLE;
  const Owned call = owned(handle, "want");
  if (!call) return call.refused;
  if (events == 0 || (events & ~kAll) != 0 || fn == nullptr) return TENON_E_ARG;
  Request& request = *call.request;
  HookRun* const run = request.active;
  if (run == nullptr || run->want_events != 0 || !may_read_body(request)) return TENON_E_STATE;
  if ((events & TENON_WANT_BODY) != 0) ask_for_body(request);
  run->want_events = events;
  run->want_fn = fn;
  run->want_data = data;
  return TENON_OK;
}

void TENON_CALL arrive(tenon_work* work, uint32_t) noexcept {
  static_assert(offsetof(Poke, work) == 0);
  reinterpret_cast<Poke*>(work)->request->session->poked();
}

}  // namespace

void poke(Request& request) {
  if (std::exchange(request.exchange.poked, true)) return;
  const tenon_mpm_child& mpm = *request.thread.context().mpm;
  request.poke = {{nullptr, arrive}, &request};
  mpm.post(mpm.context, request.thread.index(), &request.poke.work);
}

void fill_wait_api(tenon_host& host) {
  host.suspend = suspend;
  host.resume = resume;
  host.discard = discard;
  host.ticket_cancelled = ticket_cancelled;
  host.want = want;
}

}  // namespace tenon::http
