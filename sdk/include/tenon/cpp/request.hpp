// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tenon/cpp/files.hpp>
#include <tenon/cpp/host.hpp>

namespace tenon {

class Request;
class Ticket;  // ticket.hpp

// What a hook returns, the same in every phase.
enum class Verdict : tenon_verdict {
  Next = TENON_NEXT,          // no opinion: go on. From handle(): 404
  Finished = TENON_FINISHED,  // answered
  Failed = TENON_FAILED,      // logged, answered 500
  Pending = TENON_PENDING,    // goes on when a ticket is resumed, or what it waits for is there
  RerunInPool = TENON_RERUN_IN_POOL
};

// The next bytes of a body, or why there are none; see Request::peek_body.
struct BodyPart {
  tenon_status status = TENON_END;
  std::string_view bytes;

  bool at_end() const { return status == TENON_END; }
  bool must_wait() const { return status == TENON_AGAIN; }
  bool failed() const { return status < 0; }
};

// What a module does after a write: go on, wait for room first, or stop, since nobody reads.
enum class Flow { Go, Wait, Stop };

namespace detail {

template <class T>
struct MemberOf;
template <class M, class R>
struct MemberOf<R (M::*)(Request&) const> {
  using Module = M;
};
template <class M, class R>
struct MemberOf<R (M::*)(Request&) const noexcept> {
  using Module = M;
};

// Calls a hook, or what goes on in its place, where exceptions end.
template <class Call>
tenon_verdict run_guarded(tenon_req* raw, const tenon_req_info* info, Call&& call) noexcept;
template <auto Member>
tenon_verdict TENON_CALL
call_member(void* instance, tenon_req* raw, const tenon_req_info* info, void*) noexcept;

}  // namespace detail

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
  // The whole body, of modules that say `whole_body`; empty where there is none.
  std::string_view body() const {
    tenon_buf out{};
    return loaded.host->body(request_, &out) == TENON_OK ? view(out) : std::string_view();
  }

  // ---- a body of any size, in handle() and what follows it ----
  // The next bytes that are not consumed. Where it may block it waits; else must_wait() says that
  // nothing is there yet. When it failed(), a hook that fails leaves the answer to the server.
  BodyPart peek_body() const {
    tenon_buf out{};
    const tenon_status status = loaded.host->body_peek(request_, &out);
    return {status, status == TENON_OK ? view(out) : std::string_view()};
  }
  void consume_body(size_t bytes) const { loaded.host->body_consume(request_, bytes); }
  // Fields behind a chunked body, once it is at its end.
  std::span<const tenon_header> trailers() const { return all(TENON_REQUEST_TRAILERS); }

  // ---- waiting: the member function goes on in the hook's place, on the I/O thread ----
  // When peek_body() has something to say: return request.wait_for_body<&Echo::copy>();
  template <auto Member>
  Verdict wait_for_body() {
    return wait_for<Member>(TENON_WANT_BODY);
  }
  // When most of what was written is sent.
  template <auto Member>
  Verdict wait_for_room() {
    return wait_for<Member>(TENON_WANT_WRITABLE);
  }
  // The right to resume this request once, from any thread; false: it is too late for that.
  Ticket suspend() const;
  // [any] The server wants to end: streams that have no end of their own should come to one.
  bool draining() const { return loaded.host->draining(request_) != 0; }

  // ---- the module's own object for this request ----
  // Made in the request's memory, destroyed with it; in place of an earlier one. Always of one
  // type. Null: no memory is left.
  template <class T, class... Arguments>
  T* make_context(Arguments&&... arguments) {
    static_assert(alignof(T) <= alignof(std::max_align_t));
    void* const memory = loaded.host->alloc(request_, sizeof(T), alignof(T));
    if (memory == nullptr) return nullptr;
    T* const made = new (memory) T(std::forward<Arguments>(arguments)...);
    const tenon_release_fn release = [](void* context) { static_cast<T*>(context)->~T(); };
    if (loaded.host->ctx_set(loaded.self, request_, made, release) == TENON_OK) return made;
    made->~T();
    return nullptr;
  }
  // Null: none was made.
  template <class T>
  T* context() const {
    return static_cast<T*>(loaded.host->ctx_get(loaded.self, request_));
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

  // ---- an answer in parts: start, write..., finish ----
  // False: it was refused, or the client is gone; return Verdict::Failed.
  bool start(int32_t status, std::span<const tenon_header> fields, int64_t content_length = -1) {
    return good(
        "start", loaded.host->start(request_, status, fields.data(), fields.size(), content_length)
    );
  }
  bool start(
      int32_t status, std::initializer_list<tenon_header> fields, int64_t content_length = -1
  ) {
    return start(status, std::span(fields.begin(), fields.size()), content_length);
  }
  // The bytes are copied.
  Flow write(std::string_view bytes) {
    const tenon_buf part = buf(bytes);
    return flow(loaded.host->write(request_, &part, 1, nullptr, nullptr));
  }
  // The bytes are not copied: the text lives until they are sent.
  Flow write(std::string&& text) {
    auto owned = std::make_unique<std::string>(std::move(text));
    const tenon_buf part = buf(*owned);
    const tenon_release_fn done = [](void* sent) { delete static_cast<std::string*>(sent); };
    const tenon_status status = loaded.host->write(request_, &part, 1, done, owned.get());
    if (status >= 0) static_cast<void>(owned.release());  // done() has it
    return flow(status);
  }
  Flow write(const char* text) { return write(std::string_view(text)); }
  Verdict finish(std::span<const tenon_header> trailers = {}) {
    const tenon_status status = loaded.host->finish(request_, trailers.data(), trailers.size());
    return good("finish", status) ? Verdict::Finished : Verdict::Failed;
  }
  // How the answer stands; in log() how it ended.
  tenon_answer_info answer() const {
    tenon_answer_info info{};
    info.struct_size = sizeof info;
    loaded.host->answer(request_, &info);
    return info;
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
  template <auto Member>
  Verdict wait_for(uint32_t events) {
    const tenon_status status =
        loaded.host->want(request_, events, &detail::call_member<Member>, nullptr);
    return status == TENON_OK ? Verdict::Pending : refused("want", status);
  }
  // A client that is gone is nobody's failure.
  bool good(const char* what, tenon_status status) {
    if (status < 0 && status != TENON_E_CANCELLED) refused(what, status);
    return status >= 0;
  }
  Flow flow(tenon_status status) {
    if (!good("write", status)) return Flow::Stop;
    return status == TENON_AGAIN ? Flow::Wait : Flow::Go;
  }
  Verdict refused(const char* what, tenon_status status) {
    return fail(std::string(what) + " was refused with status " + std::to_string(status));
  }

  tenon_req* request_;
  const tenon_req_info& info_;
};

namespace detail {

template <class Call>
tenon_verdict run_guarded(tenon_req* raw, const tenon_req_info* info, Call&& call) noexcept {
  return guard(raw, tenon_verdict{TENON_FAILED}, [&] {
    Request request(raw, info);
    if constexpr (std::is_void_v<decltype(call(request))>) {
      call(request);
      return tenon_verdict{TENON_NEXT};
    } else {
      return static_cast<tenon_verdict>(call(request));
    }
  });
}

template <auto Member>
tenon_verdict TENON_CALL
call_member(void* instance, tenon_req* raw, const tenon_req_info* info, void*) noexcept {
  using M = typename MemberOf<decltype(Member)>::Module;
  return run_guarded(raw, info, [instance](Request& request) {
    return (static_cast<const M*>(instance)->*Member)(request);
  });
}

}  // namespace detail
}  // namespace tenon
