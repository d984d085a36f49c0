// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/context.hpp"
#include "http/grammar.hpp"
#include "http/request.hpp"
#include "http/url.hpp"

// What the host table offers modules of a request. A module may call anything at any time: what
// does not fit the state of the request is refused, and never harms.
namespace tenon::http {
namespace {

// Until the answer is handed to the MPM its fields can change.
bool head_is_out(const Request& request) {
  return request.stage >= Stage::Send;
}

tenon_status TENON_CALL
headers(tenon_req* request, int32_t side, const tenon_header** out, size_t* n_out) noexcept {
  if (request == nullptr || out == nullptr || n_out == nullptr) return TENON_E_ARG;
  const bool of_request = side == TENON_REQUEST_HEADERS;
  if (!of_request && side != TENON_RESPONSE_HEADERS) return TENON_E_ARG;
  *out = of_request ? request->head.fields : request->response.fields.data();
  *n_out = of_request ? request->head.n_fields : request->response.fields.size();
  return TENON_OK;
}

tenon_status TENON_CALL
header_get(tenon_req* request, int32_t side, tenon_str name, tenon_str* out) noexcept {
  const tenon_header* fields = nullptr;
  size_t n_fields = 0;
  if (out == nullptr) return TENON_E_ARG;
  if (headers(request, side, &fields, &n_fields) != TENON_OK) return TENON_E_ARG;
  const tenon_header* const end = fields + n_fields;
  const tenon_header* const found = std::find_if(fields, end, [&](const tenon_header& field) {
    return equal_no_case(view(field.name), view(name));
  });
  if (found == end) return TENON_E_NOT_FOUND;
  *out = found->value;
  return TENON_OK;
}

tenon_status TENON_CALL header_edit(
    tenon_req* request, int32_t side, int32_t operation, tenon_str name, tenon_str value
) noexcept {
  if (request == nullptr || side != TENON_RESPONSE_HEADERS) return TENON_E_ARG;
  if (head_is_out(*request)) return TENON_E_STATE;
  FieldList& fields = request->response.fields;
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

tenon_status TENON_CALL set_path(tenon_req* request, tenon_str path, tenon_str query) noexcept {
  if (request == nullptr || !is_normal_path(view(path))) return TENON_E_ARG;
  if (!all_are(kTargetChar, view(query))) return TENON_E_ARG;
  if (request->stage != Stage::Rewrite || request->path_set) return TENON_E_STATE;
  const std::string_view new_path = request->arena.copy(view(path));
  const std::string_view new_query = request->arena.copy(view(query));
  if (new_path.data() == nullptr || new_query.data() == nullptr) return TENON_E_NOMEM;
  request->info.path = str(new_path);
  request->info.query = str(new_query);
  request->path_set = true;
  return TENON_OK;
}

void* TENON_CALL alloc(tenon_req* request, size_t size, size_t align) noexcept {
  const bool power_of_two = align != 0 && (align & (align - 1)) == 0;
  if (request == nullptr || !power_of_two || align > 16) return nullptr;
  return request->arena.allocate(size, align);
}

tenon_status TENON_CALL body(tenon_req* request, tenon_buf* out) noexcept {
  if (request == nullptr || out == nullptr) return TENON_E_ARG;
  if (request->stage < Stage::Handler) return TENON_E_STATE;
  *out = request->body.body();
  return TENON_OK;
}

tenon_status TENON_CALL respond(
    tenon_req* request,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    tenon_buf body
) noexcept {
  if (request == nullptr) return TENON_E_ARG;
  if (request->stage >= Stage::Response) return TENON_E_STATE;
  return request->response.respond(http_status, fields, n_fields, body);
}

tenon_status TENON_CALL respond_file(
    tenon_req* request,
    int32_t http_status,
    const tenon_header* fields,
    size_t n_fields,
    tenon_file* file,
    uint64_t offset,
    uint64_t length
) noexcept {
  if (request == nullptr) return TENON_E_ARG;
  if (request->stage >= Stage::Response) return TENON_E_STATE;
  return request->response.respond_file(http_status, fields, n_fields, file, offset, length);
}

int32_t TENON_CALL cancelled(const tenon_req* request) noexcept {
  return request != nullptr && request->cancelled.load(std::memory_order_relaxed) ? 1 : 0;
}

}  // namespace

void fill_request_api(tenon_host& host) {
  host.headers = headers;
  host.header_get = header_get;
  host.header_edit = header_edit;
  host.set_path = set_path;
  host.alloc = alloc;
  host.body = body;
  host.respond = respond;
  host.respond_file = respond_file;
  host.cancelled = cancelled;
}

void note_error(tenon_req& request, std::string_view message) noexcept {
  const std::string_view kept = message.substr(0, limits::kErrorTextBytesMax);
  const std::string_view copy = request.arena.copy(kept);
  request.error_note = copy.data() == nullptr ? "no memory for the reason" : copy;
}

uint64_t request_number(const tenon_req& request) noexcept {
  return request.info.request_number;
}

}  // namespace tenon::http
