// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tenon/cpp/files.hpp>
#include <tenon/cpp/host.hpp>

namespace tenon {

// What a hook returns, the same in every phase.
enum class Verdict : tenon_verdict {
  Next = TENON_NEXT,          // no opinion: go on. From handle(): 404
  Finished = TENON_FINISHED,  // answered
  Failed = TENON_FAILED,      // logged, answered 500
  RerunInPool = TENON_RERUN_IN_POOL
};

// The request that a hook was called for. All views live until the hook returns; those of the
// request itself (method, path, ...) as long as the request.
class Request {
 public:
  Request(tenon_req* request, const tenon_req_info* info) noexcept
      : request_(request),
        info_(*info) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  const tenon_req_info& info() const { return info_; }
  tenon_req* raw() const { return request_; }
  std::string_view method() const { return view(info_.method); }
  std::string_view path() const { return view(info_.path); }    // decoded, starts with '/'
  std::string_view rest() const { return view(info_.rest); }    // what the route's * matched
  std::string_view query() const { return view(info_.query); }  // as sent, without the '?'
  std::string_view host() const { return view(info_.host); }
  std::string_view peer() const { return view(info_.peer_addr); }
  // Whether this hook may block: it is a POOL hook, or runs again after Verdict::RerunInPool.
  bool in_pool() const { return (info_.flags & TENON_REQ_IN_POOL) != 0; }
  // The client is gone or the child must end: work that takes long should stop.
  bool cancelled() const { return loaded.host->cancelled(request_) != 0; }

  std::span<const tenon_header> headers() const { return all(TENON_REQUEST_HEADERS); }
  // The first field of that name, in any case.
  std::optional<std::string_view> header(std::string_view name) const {
    return first(TENON_REQUEST_HEADERS, name);
  }
  // The whole body; empty where there is none.
  std::string_view body() const {
    tenon_buf out{};
    return loaded.host->body(request_, &out) == TENON_OK ? view(out) : std::string_view();
  }

  // Fields of the answer: added to it beforehand, changed in response().
  std::span<const tenon_header> response_headers() const { return all(TENON_RESPONSE_HEADERS); }
  std::optional<std::string_view> response_header(std::string_view name) const {
    return first(TENON_RESPONSE_HEADERS, name);
  }
  tenon_status set_header(std::string_view name, std::string_view value) {
    return edit(TENON_HDR_SET, name, value);
  }
  tenon_status add_header(std::string_view name, std::string_view value) {
    return edit(TENON_HDR_ADD, name, value);
  }
  tenon_status remove_header(std::string_view name) { return edit(TENON_HDR_REMOVE, name, {}); }

  // In rewrite() only, once.
  tenon_status set_path(std::string_view path, std::string_view query) {
    return loaded.host->set_path(request_, str(path), str(query));
  }

  // The whole answer. Everything is copied.
  Verdict respond(int32_t status, std::span<const tenon_header> fields, std::string_view body) {
    const tenon_status done =
        loaded.host->respond(request_, status, fields.data(), fields.size(), buf(body));
    return done == TENON_OK ? Verdict::Finished : refused("respond", done);
  }
  Verdict respond(
      int32_t status, std::initializer_list<tenon_header> fields, std::string_view body
  ) {
    return respond(status, std::span(fields.begin(), fields.size()), body);
  }
  Verdict respond(int32_t status, std::string_view content_type, std::string_view body) {
    return respond(status, {field("Content-Type", content_type)}, body);
  }
  Verdict text(int32_t status, std::string_view body) {
    return respond(status, "text/plain; charset=utf-8", body);
  }
  Verdict html(int32_t status, std::string_view body) {
    return respond(status, "text/html; charset=utf-8", body);
  }
  Verdict json(int32_t status, std::string_view body) {
    return respond(status, "application/json", body);
  }

  // For a method that the module does not answer. `allow` lists those that it does: "GET, HEAD"
  // (RFC 9110 §15.5.6 wants the field).
  Verdict method_not_allowed(std::string_view allow) {
    return respond(
        405,
        {field("Allow", allow), field("Content-Type", "text/plain; charset=utf-8")},
        "405 Method Not Allowed\n"
    );
  }

  // The whole file as the body.
  Verdict respond_file(int32_t status, std::span<const tenon_header> fields, OpenFile file) {
    const uint64_t length = file.info().size;
    const tenon_status done = loaded.host->respond_file(
        request_, status, fields.data(), fields.size(), file.get(), 0, length
    );
    if (done != TENON_OK) return refused("respond_file", done);
    static_cast<void>(file.release());  // the kernel closes it
    return Verdict::Finished;
  }

  // The reason goes to the error log, and the client gets 500.
  Verdict fail(std::string_view reason) {
    loaded.host->set_error(loaded.self, request_, str(reason));
    return Verdict::Failed;
  }
  void log(int32_t level, std::string_view message, std::span<const tenon_header> fields = {})
      const {
    tenon::log(level, message, fields, request_);
  }

 private:
  std::span<const tenon_header> all(int32_t side) const {
    const tenon_header* out = nullptr;
    size_t count = 0;
    const bool good = loaded.host->headers(request_, side, &out, &count) == TENON_OK;
    return good ? std::span(out, count) : std::span<const tenon_header>();
  }
  std::optional<std::string_view> first(int32_t side, std::string_view name) const {
    tenon_str out{};
    const tenon_status found = loaded.host->header_get(request_, side, str(name), &out);
    return found == TENON_OK ? std::optional(view(out)) : std::nullopt;
  }
  tenon_status edit(int32_t operation, std::string_view name, std::string_view value) {
    return loaded.host->header_edit(
        request_, TENON_RESPONSE_HEADERS, operation, str(name), str(value)
    );
  }
  Verdict refused(const char* what, tenon_status status) {
    return fail(std::string(what) + " was refused with status " + std::to_string(status));
  }

  tenon_req* request_;
  const tenon_req_info& info_;
};

}  // namespace tenon
