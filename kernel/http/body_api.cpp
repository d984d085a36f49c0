// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "http/handle.hpp"
#include "http/hook_call.hpp"
#include "http/io_thread.hpp"
#include "http/request_api.hpp"

// The body of a request as its owner reads it. Filters work here, where it is read: only its owner
// may run code for the request.
namespace tenon::http {
namespace {

// What comes out of the last filter. Bounded, since a few bytes may become very many.
class QueueEnd final : public FilterEnd {
 public:
  explicit QueueEnd(Request& request) : request_(request) {}
  tenon_status take(const tenon_buf* parts, size_t n_parts) override {
    ByteQueue& queue = request_.filtered_body;
    for (size_t i = 0; i < n_parts; ++i) {
      if (queue.size() + parts[i].len > request_.thread.context().limits.body_bytes) {
        return TENON_E_LIMIT;
      }
      if (!queue.append(view(parts[i]))) return TENON_E_NOMEM;
    }
    return TENON_OK;
  }

 private:
  Request& request_;
};

tenon_status filter(Request& request, const tenon_buf& part, bool last) {
  QueueEnd end(request);
  const tenon_status pushed = request.request_filters.push(&part, part.len == 0 ? 0 : 1, last, end);
  return pushed < 0 ? pushed : tenon_status{TENON_OK};
}

bool show_filtered(Request& request, tenon_buf& out) {
  const std::string_view front = request.filtered_body.front();
  out = buf(front);
  return !front.empty();
}

tenon_status peek_filtered(Request& request, tenon_buf& out) {
  while (!show_filtered(request, out)) {
    if (request.filtered_end) return TENON_END;
    tenon_buf raw{nullptr, 0};
    const tenon_status status = request.body.peek(raw);
    if (status != TENON_OK && status != TENON_END) return status;
    request.filtered_end = status == TENON_END;
    if (const tenon_status bad = filter(request, raw, request.filtered_end); bad < 0) return bad;
    if (const tenon_status bad = request.body.consume(raw.len); bad < 0) return bad;
  }
  return TENON_OK;
}

tenon_status peek(Request& request, tenon_buf& out) {
  if (request.request_filters.is_empty()) return request.body.peek(out);
  return peek_filtered(request, out);
}

tenon_status wait_for_body(Request& request, tenon_buf& out) {
  for (;;) {
    const tenon_status status = peek(request, out);
    if (status != TENON_AGAIN) return status;
    // A filter that keeps what it gets made room where reading had stopped.
    if (!request.request_filters.is_empty()) ask_for_body(request);
    std::unique_lock<std::mutex> lock(request.exchange.mutex);
    while (!request.exchange.gone && !request.body.has_news_locked()) {
      wait_for_news(request, lock);
    }
    if (request.exchange.gone) return TENON_E_CANCELLED;
  }
}

tenon_status open_filters(Request& request) {
  if (request.filter_failed) return TENON_E_FAIL;
  if (std::exchange(request.body_begun, true)) return TENON_OK;
  if (request.info.content_length < 0 && !request.head.chunked) return TENON_OK;  // No body.
  return request.request_filters.open(request, request.route->plan.request_filters);
}

tenon_status TENON_CALL body_peek(tenon_req* handle, tenon_buf* out) noexcept {
  if (out == nullptr) return TENON_E_ARG;
  const Owned call = owned(handle, "body_peek");
  if (!call) return call.refused;
  if (!may_read_body(*call.request)) return TENON_E_STATE;
  ask_for_body(*call.request);
  if (const tenon_status opened = open_filters(*call.request); opened < 0) return opened;
  return may_block(*call.request) ? wait_for_body(*call.request, *out) : peek(*call.request, *out);
}

tenon_status TENON_CALL body_consume(tenon_req* handle, uint64_t bytes) noexcept {
  const Owned call = owned(handle, "body_consume");
  if (!call) return call.refused;
  Request& request = *call.request;
  if (!may_read_body(request)) return TENON_E_STATE;
  if (!request.request_filters.is_empty()) {
    if (bytes > request.filtered_body.front().size()) return TENON_E_ARG;
    request.filtered_body.drop(static_cast<size_t>(bytes));
    return TENON_OK;
  }
  const tenon_status status = request.body.consume(bytes);
  if (status == TENON_OK && may_block(request)) ask_for_body(request);  // There may be room again.
  return status;
}

tenon_status filter_whole(Request& request) {
  if (const tenon_status opened = open_filters(request); opened < 0) return opened;
  if (request.request_filters.is_empty() || request.filtered_end) return TENON_OK;
  request.filtered_end = true;
  if (const tenon_status bad = filter(request, request.body.whole(), true); bad < 0) return bad;
  request.filtered_whole.reserve(request.filtered_body.size());
  tenon_buf part{nullptr, 0};
  while (show_filtered(request, part)) {
    request.filtered_whole += view(part);
    request.filtered_body.drop(part.len);
  }
  return TENON_OK;
}

tenon_status TENON_CALL body(tenon_req* handle, tenon_buf* out) noexcept {
  if (out == nullptr) return TENON_E_ARG;
  const Owned call = owned(handle, "body");
  if (!call) return call.refused;
  Request& request = *call.request;
  if (!may_read_body(request) || !request.active->hook->whole_body) return TENON_E_STATE;
  if (const tenon_status bad = filter_whole(request); bad < 0) return bad;
  *out = request.request_filters.is_empty() ? request.body.whole() : buf(request.filtered_whole);
  return TENON_OK;
}

}  // namespace

bool may_read_body(const Request& request) {
  if (request.active == nullptr) return false;
  return request.stage == Stage::Handler || request.active == &request.producer;
}

void ask_for_body(Request& request) {
  const std::lock_guard<std::mutex> lock(request.exchange.mutex);
  request.exchange.body_wanted = true;
  if (may_block(request)) poke(request);
}

void fill_body_api(tenon_host& host) {
  host.body = body;
  host.body_peek = body_peek;
  host.body_consume = body_consume;
}

}  // namespace tenon::http
