// SPDX-License-Identifier: Apache-2.0
#include "http/pipeline.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "http/hook_scope.hpp"
#include "http/io_thread.hpp"
#include "http/session.hpp"

namespace tenon::http::pipeline {
namespace {

int32_t phase_of(Stage stage) {
  switch (stage) {
    case Stage::PostRead:
      return TENON_PH_POST_READ;
    case Stage::Rewrite:
      return TENON_PH_REWRITE;
    case Stage::Access:
      return TENON_PH_ACCESS;
    case Stage::Handler:
      return TENON_PH_HANDLER;
    case Stage::Response:
      return TENON_PH_RESPONSE;
    case Stage::Log:
      return TENON_PH_LOG;
    default:
      return 0;
  }
}

void enter(Request& request, Stage stage) {
  request.stage = stage;
  request.next_hook = 0;
}

bool is_known_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> kMethods = {
      "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

// TRACE would echo what browsers hide from scripts: only a route that names it gets it.
bool is_unwanted_trace(const Request& request) {
  return request.head.method == "TRACE" && request.route != nullptr &&
         request.route->methods.empty();
}

void take_match(Request& request, const route::Match& match) {
  request.site = match.site;
  request.route = match.route;
  request.info.rest = str(match.rest);
  if (is_unwanted_trace(request)) {
    request.route = nullptr;
    return answer_error(request, 501);
  }
  if (request.route != nullptr) return;
  if (match.allow.empty()) return answer_error(request, 404);
  // RFC 9110 §9.1: 501 is for methods that the server does not know at all.
  if (!is_known_method(request.head.method)) return answer_error(request, 501);
  request.response.answer_error(405, match.allow);
  enter(request, Stage::Response);
}

void log_failure(Request& request, const route::HookCall& hook, std::string_view why) {
  Log* const log = request.thread.context().log;
  if (log == nullptr) return;
  const std::string number = std::to_string(request.info.request_number);
  const LogField fields[] = {
      {"module", hook.module},
      {"reason", why},
      {"request", number},
      {"method", request.head.method},
      {"target", request.head.target}};
  log->write(TENON_LOG_ERROR, "a module failed", fields, std::size(fields));
}

// Once the answer is out there is nothing left to change, and a RESPONSE hook that did not work
// must not see the answer that tells so.
void answer_instead(Request& request, int status) {
  if (request.stage == Stage::Log) return;
  const bool responding = request.stage == Stage::Response;
  answer_error(request, status);
  if (responding) enter(request, Stage::Send);
}

void fail_hook(Request& request, const route::HookCall& hook, std::string_view why) {
  log_failure(request, hook, why);
  answer_instead(request, 500);
}

// What the verdict of a hook means; module.h has the rules. An answer ends the phases before
// RESPONSE whatever the verdict is.
void conclude(Request& request, const route::HookCall& hook, tenon_verdict verdict) {
  ++request.next_hook;
  if (verdict == TENON_FAILED) {
    const std::string_view note = request.error_note;
    return fail_hook(request, hook, note.empty() ? "it gave no reason" : note);
  }
  if (verdict != TENON_NEXT && verdict != TENON_FINISHED) {
    return fail_hook(request, hook, "its verdict is not one that fits here");
  }
  if (request.stage >= Stage::Response) return;
  if (request.response.given()) return enter(request, Stage::Response);
  if (verdict == TENON_FINISHED) fail_hook(request, hook, "it finished without an answer");
}

tenon_verdict call(
    Request& request, const route::HookCall& hook, tenon_thread_slot* slot, uint64_t now_ns
) {
  request.error_note = {};
  const HookScope scope(
      slot, hook.module, phase_of(request.stage), request.info.request_number, now_ns
  );
  return hook.call(hook.instance, &request, &request.info);
}

const route::HookCall& current_hook(const Request& request) {
  return request.route->plan.hooks(phase_of(request.stage))[request.next_hook];
}

PoolCall& call_of(tenon_work* work) {
  static_assert(offsetof(PoolCall, work) == 0);
  return *reinterpret_cast<PoolCall*>(work);
}

void TENON_CALL back_on_io_thread(tenon_work* work, uint32_t) noexcept {
  call_of(work).request->session->pool_done();
}

void TENON_CALL run_on_pool_thread(tenon_work* work, uint32_t thread) noexcept {
  PoolCall& pool_call = call_of(work);
  Request& request = *pool_call.request;
  const Context& context = request.thread.context();
  // Once the client is gone nobody waits for an answer; but what happened is still logged.
  const bool wanted =
      request.stage == Stage::Log || !request.cancelled.load(std::memory_order_relaxed);
  if (wanted) {
    tenon_thread_slot* const slot = find_slot(context.section, thread);
    request.info.flags |= TENON_REQ_IN_POOL;
    pool_call.verdict = call(request, current_hook(request), slot, now_ns());
    request.info.flags &= ~static_cast<uint32_t>(TENON_REQ_IN_POOL);
  }
  work->run = back_on_io_thread;
  context.mpm->post(context.mpm->context, request.thread.index(), work);
}

// False: the request now belongs to the pool, and must not be touched.
bool send_to_pool(Request& request) {
  const tenon_mpm_child& mpm = *request.thread.context().mpm;
  request.pool_call.work = {nullptr, run_on_pool_thread};
  request.pool_call.request = &request;
  request.pool_call.verdict = TENON_NEXT;
  if (mpm.run_in_pool(mpm.context, &request.pool_call.work) == TENON_OK) return false;
  ++request.next_hook;
  answer_instead(request, 503);
  return true;
}

// One hook. False: it runs in the pool.
bool run_hook(Request& request, const route::HookCall& hook, uint64_t now_ns) {
  if (hook.run == TENON_RUN_POOL) return send_to_pool(request);
  const tenon_verdict verdict = call(request, hook, &request.thread.slot(), now_ns);
  if (verdict != TENON_RERUN_IN_POOL || request.pool_used) {
    conclude(request, hook, verdict);
    return true;
  }
  request.pool_used = true;
  return send_to_pool(request);
}

// REWRITE is over: if it changed the path, the router runs once more, within the site.
void find_new_route(Request& request) {
  enter(request, Stage::Access);
  if (!request.path_set) return;
  const std::string_view path = view(request.info.path);
  const route::Router& router = *request.thread.context().router;
  take_match(request, router.find_in(*request.site, request.head.method, path));
}

void enter_body(Request& request) {
  enter(request, Stage::Body);
  const int64_t length = request.head.content_length;
  const uint64_t bytes_max = request.thread.context().limits.body_bytes;
  if (length > 0 && static_cast<uint64_t>(length) > bytes_max) answer_error(request, 413);
}

// The hooks of the stage are through and none answered.
void leave_stage(Request& request) {
  switch (request.stage) {
    case Stage::PostRead:
      return enter(request, Stage::Rewrite);
    case Stage::Rewrite:
      return find_new_route(request);
    case Stage::Access:
      return enter_body(request);
    case Stage::Body:
      return enter(request, Stage::Handler);
    case Stage::Handler:
      return answer_error(request, 404);
    case Stage::Response:
      return enter(request, Stage::Send);
    default:
      return enter(request, Stage::Done);
  }
}

}  // namespace

void route(Request& request) {
  const RequestHead& head = request.head;
  if (head.path == "*") {  // RFC 9110 §9.3.7: OPTIONS * asks the server as such.
    request.response.respond(204, nullptr, 0, {nullptr, 0});
    return enter(request, Stage::Response);
  }
  const route::Router& router = *request.thread.context().router;
  take_match(request, router.find(request.listener, head.host, head.method, head.path));
}

Progress advance(Request& request, uint64_t now_ns) {
  for (;;) {
    const int32_t phase = phase_of(request.stage);
    if (phase != 0 && request.route != nullptr) {
      const std::vector<route::HookCall>& hooks = request.route->plan.hooks(phase);
      if (request.next_hook < hooks.size()) {
        if (!run_hook(request, hooks[request.next_hook], now_ns)) return Progress::Parked;
        continue;
      }
    }
    if (request.stage == Stage::Body && request.body_pending) return Progress::WantsBody;
    if (request.stage == Stage::Send) return Progress::Send;
    if (request.stage == Stage::Done) return Progress::Done;
    leave_stage(request);
  }
}

void finish_pool_call(Request& request) {
  const route::HookCall& hook = current_hook(request);
  conclude(request, hook, request.pool_call.verdict);
}

void answer_error(Request& request, int status) {
  request.response.answer_error(status);
  if (status == 400 || status == 408 || status == 413) request.close_after = true;
  enter(request, Stage::Response);
}

void skip_to_log(Request& request) {
  request.response.release_body();
  enter(request, Stage::Log);
}

}  // namespace tenon::http::pipeline
