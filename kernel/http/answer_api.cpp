// SPDX-License-Identifier: Apache-2.0
#include <mutex>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "http/handle.hpp"
#include "http/hook_call.hpp"
#include "http/io_thread.hpp"
#include "http/request_api.hpp"

// The answer as modules give it: whole, or bit by bit.
namespace tenon::http {
namespace {

tenon_status TENON_CALL respond(
    tenon_req* handle,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    tenon_buf body
) noexcept {
  const Owned call = owned(handle, "respond");
  if (!call) return call.refused;
  if (call.request->stage >= Stage::Response) return TENON_E_STATE;
  return call.request->response.respond(http_status, fields, n_fields, body);
}

tenon_status TENON_CALL respond_file(
    tenon_req* handle,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    tenon_file* file,
    uint64_t offset,
    uint64_t length
) noexcept {
  const Owned call = owned(handle, "respond_file");
  if (!call) return call.refused;
  if (call.request->stage >= Stage::Response) return TENON_E_STATE;
  return call.request->response.respond_file(http_status, fields, n_fields, file, offset, length);
}

// A RESPONSE hook that may block, run by the thread that waits in start().
void run_lent(Request& request, std::unique_lock<std::mutex>& lock) {
  const route::HookCall& hook = *std::exchange(request.exchange.lent, nullptr);
  lock.unlock();
  HookRun* const before = std::exchange(request.active, &request.run);
  const tenon_verdict verdict = hook.call(hook.instance, handle_of(request), &request.info);
  request.active = before;
  count_call(request.pool_call.slots, hook, verdict);
  lock.lock();
  request.exchange.lent_verdict = verdict;
  request.exchange.lent_done = true;
  poke(request);
}

// The I/O thread runs the RESPONSE hooks and writes the head; meanwhile it owns the request.
tenon_status wait_for_head(Request& request) {
  Exchange& exchange = request.exchange;
  std::unique_lock<std::mutex> lock(exchange.mutex);
  exchange.head_wanted = true;
  poke(request);
  while (!exchange.gone && !exchange.head_out) {
    if (exchange.lent != nullptr) {
      run_lent(request, lock);
    } else {
      wait_for_news(request, lock);
    }
  }
  set_owner(request);
  return exchange.gone ? TENON_E_CANCELLED : TENON_OK;
}

tenon_status TENON_CALL start(
    tenon_req* handle,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    int64_t content_length
) noexcept {
  const Owned call = owned(handle, "start");
  if (!call) return call.refused;
  Request& request = *call.request;
  if (request.stage != Stage::Handler || request.active != &request.run) return TENON_E_STATE;
  const tenon_status started =
      request.response.start(http_status, fields, n_fields, content_length);
  if (started != TENON_OK || !may_block(request)) return started;
  return wait_for_head(request);
}

// Of the handler that started the answer, and while it can still be written.
bool may_write(const Request& request) {
  if (!request.response.is_streamed() || request.active == nullptr) return false;
  if (request.active == &request.producer) return true;
  return request.stage == Stage::Handler;
}

// Filters that are open get the bytes at once; else they wait for them in the stream.
tenon_status put(
    Request& request, const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx
) {
  ResponseStream& stream = request.response.stream;
  if (request.response_filters.is_empty()) return stream.write(parts, n_parts, done, ctx);
  StreamEnd end(stream);
  const tenon_status pushed = request.response_filters.push(parts, n_parts, false, end);
  if (pushed < 0) return pushed;
  if (done != nullptr) done(ctx);
  return stream.is_high() ? TENON_AGAIN : TENON_OK;
}

tenon_status wait_for_room(Request& request) {
  std::unique_lock<std::mutex> lock(request.exchange.mutex);
  while (!request.exchange.gone && !request.response.stream.is_low_locked()) {
    wait_for_news(request, lock);
  }
  return TENON_OK;  // It was taken, whatever became of the client.
}

bool is_gone(Request& request) {
  const std::lock_guard<std::mutex> lock(request.exchange.mutex);
  return request.exchange.gone;
}

void poke_if_blocking(Request& request) {
  if (!may_block(request)) return;
  const std::lock_guard<std::mutex> lock(request.exchange.mutex);
  poke(request);
}

tenon_status TENON_CALL write(
    tenon_req* handle, const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx
) noexcept {
  const Owned call = owned(handle, "write");
  if (!call) return call.refused;
  Request& request = *call.request;
  if (!may_write(request)) return TENON_E_STATE;
  if (n_parts != 0 && parts == nullptr) return TENON_E_ARG;
  if (is_gone(request)) return TENON_E_CANCELLED;
  uint64_t bytes = 0;
  for (size_t i = 0; i < n_parts; ++i) {
    if (parts[i].len != 0 && parts[i].ptr == nullptr) return TENON_E_ARG;
    bytes += parts[i].len;
  }
  if (const tenon_status bad = request.response.announce(bytes); bad != TENON_OK) return bad;
  const tenon_status status = put(request, parts, n_parts, done, ctx);
  if (status == TENON_E_NOMEM) request.response.lose_piece();
  poke_if_blocking(request);
  return status == TENON_AGAIN && may_block(request) ? wait_for_room(request) : status;
}

tenon_status TENON_CALL
finish(tenon_req* handle, const tenon_header* trailers, size_t n_trailers) noexcept {
  const Owned call = owned(handle, "finish");
  if (!call) return call.refused;
  Request& request = *call.request;
  if (!may_write(request)) return TENON_E_STATE;
  const tenon_status finished = request.response.finish(trailers, n_trailers);
  if (finished != TENON_OK) return finished;
  if (!request.response_filters.is_empty()) {
    StreamEnd end(request.response.stream);
    const tenon_status pushed = request.response_filters.push(nullptr, 0, true, end);
    if (pushed < 0) return pushed;
  }
  request.response.stream.finish();
  poke_if_blocking(request);
  return TENON_OK;
}

tenon_status TENON_CALL pass(tenon_next* next, const tenon_buf* parts, size_t n_parts) noexcept {
  if (next == nullptr || (n_parts != 0 && parts == nullptr)) return TENON_E_ARG;
  return next->chain->pass(next->place, parts, n_parts);
}

}  // namespace

void fill_answer_api(tenon_host& host) {
  host.respond = respond;
  host.respond_file = respond_file;
  host.start = start;
  host.write = write;
  host.finish = finish;
  host.pass = pass;
}

}  // namespace tenon::http
