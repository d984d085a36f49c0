// SPDX-License-Identifier: Apache-2.0
#include "http/pipeline.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "http/hook_call.hpp"
#include "http/io_thread.hpp"

namespace tenon::http::pipeline {
namespace {

void enter(Request& request, Stage stage) {
  request.stage = stage;
  request.next_hook = 0;
}

constexpr std::string_view kKnownMethods = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH";

// RFC 9110 §9.1: what a method means is known to those who name it; anybody else must not take it
// for a GET. TRACE is among these: it would echo what browsers hide from scripts.
bool is_unnamed_method(const Request& request) {
  return request.route != nullptr && request.route->methods.empty() &&
         !is_known_method(request.head.method);
}

void take_match(Request& request, const route::Match& match) {
  request.site = match.site;
  request.route = match.route;
  request.info.rest = str(match.rest);
  if (is_unnamed_method(request)) {
    request.route = nullptr;
    return answer_error(request, 501);
  }
  if (request.route != nullptr) return;
  if (match.allow.empty()) return answer_error(request, 404);
  if (!is_known_method(request.head.method)) return answer_error(request, 501);
  request.response.answer_error(405, match.allow);
  enter(request, Stage::Response);
}

// Once the answer is out there is nothing left to change, and a RESPONSE hook that did not work
// must not see the answer that tells so.
void answer_instead(Request& request, int status) {
  if (request.stage == Stage::Log) return;
  // A handler that goes on writing an answer which nobody will get.
  if (request.producer.is_open()) request.cut = true;
  if (request.cut) return;
  const bool responding = request.stage == Stage::Response;
  answer_error(request, status);
  if (responding) enter(request, Stage::Send);
}

// What the client did to the body is not the module's fault.
bool fail_for_body(Request& request) {
  const Refusal refusal = request.body.refusal();
  if (!refusal || request.response.given() || request.stage != Stage::Handler) return false;
  request.close_after = true;
  answer_error(request, refusal.status);
  return true;
}

void fail_hook(Request& request, const HookRun& run, std::string_view why) {
  if (fail_for_body(request)) return;
  log_failure(request, run.hook->module, why);
  const bool starved = request.arena.is_starved() || request.response.has_lost_a_piece();
  answer_instead(request, starved ? 503 : 500);
}

std::string_view reason_of(const Request& request) {
  return request.error_note.empty() ? "it gave no reason" : request.error_note;
}

// The handler of a streamed answer goes on as the producer, beside the phases that follow.
void become_producer(Request& request) {
  request.producer = std::exchange(request.run, HookRun());
  enter(request, Stage::Response);
}

void wait(Request& request, HookRun& run) {
  if (!can_resume(run)) {
    run.state = HookRun::State::Idle;
    if (&run == &request.producer) request.cut = true;
    ++request.next_hook;
    return fail_hook(request, run, "it waits, and nothing can resume it");
  }
  run.state = HookRun::State::Pending;
  const bool answers = &run == &request.run && request.stage == Stage::Handler;
  if (answers && request.response.is_streamed()) become_producer(request);
}

void conclude_producer(Request& request, tenon_verdict verdict) {
  HookRun& run = request.producer;
  run.state = HookRun::State::Idle;
  forget_wait(run);
  if (verdict == TENON_FINISHED && request.response.is_finished()) return;
  request.cut = true;
  if (request.cancelled.load(std::memory_order_relaxed)) return;
  const bool finished = verdict == TENON_FINISHED || verdict == TENON_NEXT;
  log_failure(
      request,
      run.hook->module,
      finished ? "it finished before its answer was complete" : reason_of(request)
  );
}

// What the verdict of a stage's hook means; host.h has the rules. An answer ends the phases before
// RESPONSE whatever the verdict is.
void conclude_stage(Request& request, tenon_verdict verdict) {
  HookRun& run = request.run;
  run.state = HookRun::State::Idle;
  forget_wait(run);
  ++request.next_hook;
  if (verdict == TENON_FAILED) return fail_hook(request, run, reason_of(request));
  if (verdict != TENON_NEXT && verdict != TENON_FINISHED) {
    return fail_hook(request, run, "its verdict is not one that fits here");
  }
  if (request.stage >= Stage::Response) return;
  const Response& response = request.response;
  if (response.given() && !(response.is_streamed() && !response.is_finished())) {
    return enter(request, Stage::Response);
  }
  if (response.given()) {
    return fail_hook(request, run, "it finished before its answer was complete");
  }
  if (verdict == TENON_FINISHED) fail_hook(request, run, "it finished without an answer");
}

void conclude(Request& request, HookRun& run, tenon_verdict verdict) {
  const bool waits = verdict == TENON_PENDING && request.stage != Stage::Log;
  const bool answered = request.response.given() && !request.response.is_streamed();
  if (waits && (request.stage >= Stage::Response || !answered)) return wait(request, run);
  if (&run == &request.producer) return conclude_producer(request, verdict);
  conclude_stage(request, waits ? tenon_verdict{TENON_FINISHED} : verdict);
}

// Another thread of the pool might never come free, as this one waits for us.
void lend(Request& request) {
  const std::lock_guard<std::mutex> lock(request.exchange.mutex);
  request.run.state = HookRun::State::InPool;
  request.exchange.lent = request.run.hook;
  request.exchange.lent_done = false;
  request.exchange.changed.notify_all();
}

void send_to_pool(Request& request) {
  if (request.producer.state == HookRun::State::InPool) return lend(request);
  if (call_in_pool(request, request.run)) return;
  ++request.next_hook;
  answer_instead(request, 503);
}

void run_hook(Request& request, const route::HookCall& hook, uint64_t now_ns) {
  request.run.hook = &hook;
  if (hook.run == TENON_RUN_POOL) return send_to_pool(request);
  const tenon_verdict verdict = call_hook(request, request.run, request.thread.slots(), now_ns);
  if (verdict != TENON_RERUN_IN_POOL || request.pool_used) {
    return conclude(request, request.run, verdict);
  }
  request.pool_used = true;
  send_to_pool(request);
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

bool wants_whole_body(Request& request) {
  if (request.stage != Stage::Body || request.route == nullptr) return false;
  const std::vector<route::HookCall>& handler = request.route->plan.hooks(TENON_PH_HANDLER);
  return !handler.empty() && handler.front().whole_body && request.body.is_open();
}

const route::HookCall* next_hook(const Request& request) {
  const int32_t phase = phase_of(request.stage);
  if (phase == 0 || request.route == nullptr) return nullptr;
  const std::vector<route::HookCall>& hooks = request.route->plan.hooks(phase);
  return request.next_hook < hooks.size() ? &hooks[request.next_hook] : nullptr;
}

// Runs what is not over yet. True: it moved.
bool move_open_run(Request& request, HookRun& run, uint64_t now_ns) {
  tenon_verdict verdict = TENON_PENDING;
  if (run.state != HookRun::State::Pending) return false;
  if (!try_resume(request, run, now_ns, verdict)) return false;
  conclude(request, run, verdict);
  return true;
}

}  // namespace

bool is_known_method(std::string_view method) {
  constexpr std::array<std::string_view, 7> kMethods = {
      "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

void route(Request& request) {
  const RequestHead& head = request.head;
  if (head.path == "*") {  // RFC 9110 §9.3.7: OPTIONS * asks the server as such.
    const tenon_header allow = {TENON_LIT("Allow"), str(kKnownMethods), 0, 0};
    request.response.respond(204, &allow, 1, {nullptr, 0});
    return enter(request, Stage::Response);
  }
  const route::Router& router = *request.thread.context().router;
  take_match(request, router.find(request.listener, head.host, head.method, head.path));
}

Progress advance(Request& request, uint64_t now_ns) {
  for (;;) {
    if (move_open_run(request, request.run, now_ns)) continue;
    if (request.run.state == HookRun::State::InPool) return Progress::Parked;
    if (request.run.state == HookRun::State::Pending) return Progress::Waiting;
    if (const route::HookCall* const hook = next_hook(request)) {
      run_hook(request, *hook, now_ns);
      continue;
    }
    if (wants_whole_body(request)) return Progress::WantsBody;
    if (request.stage == Stage::Done) return Progress::Done;
    if (request.stage != Stage::Send) {
      leave_stage(request);
      continue;
    }
    if (request.head_out && move_open_run(request, request.producer, now_ns)) continue;
    return Progress::Send;
  }
}

void finish_pool_call(Request& request) {
  HookRun& run = request.producer.state == HookRun::State::InPool ? request.producer : request.run;
  conclude(request, run, request.pool_call.verdict);
}

void begin_answer(Request& request) {
  set_owner(request);
  if (request.stage == Stage::Handler) become_producer(request);
  request.active = &request.producer;
}

void finish_lent_call(Request& request) {
  tenon_verdict verdict = TENON_NEXT;
  {
    const std::lock_guard<std::mutex> lock(request.exchange.mutex);
    verdict = request.exchange.lent_verdict;
    request.exchange.lent_done = false;
  }
  conclude(request, request.run, verdict);
}

void answer_error(Request& request, int status) {
  request.response.answer_error(status);
  if (status == 400 || status == 408 || status == 413) request.close_after = true;
  enter(request, Stage::Response);
}

void skip_to_log(Request& request) {
  forget_wait(request.run);
  forget_wait(request.producer);
  request.run.state = request.producer.state = HookRun::State::Idle;
  request.response_filters.close();
  request.response.release_body();
  enter(request, Stage::Log);
}

}  // namespace tenon::http::pipeline
