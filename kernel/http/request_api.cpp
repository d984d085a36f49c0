// SPDX-License-Identifier: Apache-2.0
#include "http/request_api.hpp"

#include <algorithm>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/context.hpp"
#include "http/grammar.hpp"
#include "http/handle.hpp"
#include "http/io_thread.hpp"
#include "http/url.hpp"

// What the host table offers modules of a request. A module may call anything at any time: what
// does not fit the state of the request is refused, and never harms.
namespace tenon::http {
namespace {

struct Fields {
  const tenon_header* data = nullptr;
  size_t size = 0;
};

tenon_status fields_of(const Request& request, int32_t side, Fields& out) {
  switch (side) {
    case TENON_REQUEST_HEADERS:
      out = {request.head.fields, request.head.n_fields};
      return TENON_OK;
    case TENON_RESPONSE_HEADERS:
      out = {request.response.fields.data(), request.response.fields.size()};
      return TENON_OK;
    case TENON_REQUEST_TRAILERS:
      out = {request.body.trailers(), request.body.n_trailers()};
      return TENON_OK;
    default:
      return TENON_E_ARG;
  }
}

tenon_status TENON_CALL
headers(tenon_req* handle, int32_t side, const tenon_header** out, size_t* n_out) noexcept {
  if (out == nullptr || n_out == nullptr) return TENON_E_ARG;
  const Owned call = owned(handle, "headers");
  if (!call) return call.refused;
  Fields fields;
  if (const tenon_status got = fields_of(*call.request, side, fields); got != TENON_OK) return got;
  *out = fields.data;
  *n_out = fields.size;
  return TENON_OK;
}

tenon_status TENON_CALL
header_get(tenon_req* handle, int32_t side, tenon_str name, tenon_str* out) noexcept {
  if (out == nullptr) return TENON_E_ARG;
  const Owned call = owned(handle, "header_get");
  if (!call) return call.refused;
  Fields fields;
  if (const tenon_status got = fields_of(*call.request, side, fields); got != TENON_OK) return got;
  const tenon_header* const end = fields.data + fields.size;
  const tenon_header* const found = std::find_if(fields.data, end, [&](const tenon_header& field) {
    return equal_no_case(view(field.name), view(name));
  });
  if (found == end) return TENON_E_NOT_FOUND;
  *out = found->value;
  return TENON_OK;
}

tenon_status TENON_CALL header_edit(
    tenon_req* handle, int32_t side, int32_t operation, tenon_str name, tenon_str value
) noexcept {
  if (side != TENON_RESPONSE_HEADERS) return TENON_E_ARG;
  const Owned call = owned(handle, "header_edit");
  if (!call) return call.refused;
  if (call.request->head_out || call.request->stage >= Stage::Log) return TENON_E_STATE;
  FieldList& fields = call.request->response.fields;
  switch (operation) {
    case TENON_HDR_SET:
      return fields.set(view(name), view(value));
    case TENON_HDR_ADD:
      return fields.add(view(name), view(value));
    case TENON_HDR_REMOVE:
      fields.remove(view(name));
      return TENON_OK;
    default:
      return TENON_E_ARG;
  }
}

tenon_status TENON_CALL set_path(tenon_req* handle, tenon_str path, tenon_str query) noexcept {
  const Owned call = owned(handle, "set_path");
  if (!call) return call.refused;
  if (!is_normal_path(view(path)) || !all_are(kTargetChar, view(query))) return TENON_E_ARG;
  Request& request = *call.request;
  if (request.stage != Stage::Rewrite || request.path_set) return TENON_E_STATE;
  const std::string_view new_path = request.arena.copy(view(path));
  const std::string_view new_query = request.arena.copy(view(query));
  if (new_path.data() == nullptr || new_query.data() == nullptr) return TENON_E_NOMEM;
  request.info.path = str(new_path);
  request.info.query = str(new_query);
  request.path_set = true;
  return TENON_OK;
}

void* TENON_CALL alloc(tenon_req* handle, size_t size, size_t align) noexcept {
  const bool power_of_two = align != 0 && (align & (align - 1)) == 0;
  if (!power_of_two || align > 16) return nullptr;
  const Owned call = owned(handle, "alloc");
  return call ? call.request->arena.allocate(size, align) : nullptr;
}

tenon_status TENON_CALL
ctx_set(tenon_self* self, tenon_req* handle, void* ctx, tenon_release_fn release) noexcept {
  const Owned call = owned(handle, "ctx_set");
  if (!call) return call.refused;
  std::vector<ModuleContext>& contexts = call.request->contexts;
  const auto mine = [self](const ModuleContext& context) { return context.self == self; };
  const auto found = std::find_if(contexts.begin(), contexts.end(), mine);
  if (found == contexts.end()) {
    contexts.push_back({self, ctx, release});
    return TENON_OK;
  }
  const ModuleContext before = *found;
  *found = {self, ctx, release};
  if (before.release != nullptr) before.release(before.ctx);
  return TENON_OK;
}

void* TENON_CALL ctx_get(tenon_self* self, tenon_req* handle) noexcept {
  const Owned call = owned(handle, "ctx_get");
  if (!call) return nullptr;
  for (const ModuleContext& context : call.request->contexts) {
    if (context.self == self) return context.ctx;
  }
  return nullptr;
}

tenon_status TENON_CALL answer(tenon_req* handle, tenon_answer_info* out) noexcept {
  if (out == nullptr || out->struct_size < sizeof *out) return TENON_E_ARG;
  const Owned call = owned(handle, "answer");
  if (!call) return call.refused;
  const Request& request = *call.request;
  out->http_status = request.response.status();
  out->body_bytes = request.body_bytes_sent;
  out->duration_ns = now_ns() - request.begun_ns;
  out->complete = request.complete ? 1 : 0;
  out->reserved = 0;
  return TENON_OK;
}

int32_t TENON_CALL cancelled(const tenon_req* handle) noexcept {
  const Request* const request = find_request(handle);
  return request == nullptr || request->cancelled.load(std::memory_order_relaxed) ? 1 : 0;
}

int32_t TENON_CALL draining(const tenon_req* handle) noexcept {
  const Request* const request = find_request(handle);
  if (request == nullptr) return 1;
  return request->thread.context().draining.load(std::memory_order_relaxed) ? 1 : 0;
}

#ifndef NDEBUG
void log_misuse(const Request& request, const char* function) {
  Log* const log = request.thread.context().log;
  if (log == nullptr) return;
  const std::string number = std::to_string(request.info.request_number);
  const HookRun* const active = request.active;
  const LogField fields[] = {
      {"module", active == nullptr ? "?" : active->hook->module},
      {"function", function},
      {"request", number}};
  log->write(
      TENON_LOG_ERROR,
      "a module called from a thread that does not own the request",
      fields,
      std::size(fields)
  );
}
#endif

}  // namespace

Owned owned(tenon_req* handle, const char* function) noexcept {
  if (handle == nullptr) return {};
  Request* const request = find_request(handle);
  if (request == nullptr) return {nullptr, TENON_E_STATE};
#ifndef NDEBUG
  if (request->owner.load(std::memory_order_relaxed) != std::this_thread::get_id()) {
    log_misuse(*request, function);
    return {nullptr, TENON_E_THREAD};
  }
#else
  static_cast<void>(function);
#endif
  return {request, TENON_OK};
}

void fill_request_api(tenon_host& host) {
  host.headers = headers;
  host.header_get = header_get;
  host.header_edit = header_edit;
  host.set_path = set_path;
  host.alloc = alloc;
  host.ctx_set = ctx_set;
  host.ctx_get = ctx_get;
  host.answer = answer;
  host.cancelled = cancelled;
  host.draining = draining;
  fill_body_api(host);
  fill_answer_api(host);
  fill_wait_api(host);
}

void note_error(tenon_req* handle, std::string_view message) noexcept {
  const Owned call = owned(handle, "set_error");
  if (!call) return;
  const std::string_view kept = message.substr(0, limits::kErrorTextBytesMax);
  const std::string_view copy = call.request->arena.copy(kept);
  call.request->error_note = copy.data() == nullptr ? "no memory for the reason" : copy;
}

uint64_t request_number(const tenon_req* handle) noexcept {
  const Request* const request = find_request(handle);
  return request == nullptr ? 0 : request->info.request_number;
}

}  // namespace tenon::http
