// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <string>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "http/io_thread.hpp"
#include "http/pipeline.hpp"
#include "http/session.hpp"

namespace tenon::http {
void Session::read_head(
    std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step
) {
  const Context& context = thread_.context();
  // RFC 9112 §2.2: one empty line before a request is forgiven.
  if (!head_begun_ && !blank_line_skipped_ && bytes.starts_with("\r\n")) {
    blank_line_skipped_ = true;
    consumed = 2;
    bytes.remove_prefix(2);
  }
  if (bytes.empty() || (!head_begun_ && !blank_line_skipped_ && bytes == "\r")) {
    return read_on(step, bytes.size());
  }
  if (!head_begun_) {
    head_begun_ = true;
    read_deadline_ns_ = after(now_ns, context.timeouts.header_ns);
  }
  if (!scanner_.scan(bytes, context.limits)) {
    for_head_ = bytes.starts_with("HEAD ");
    return read_on(step, bytes.size());
  }
  if (scanner_.refusal()) {
    for_head_ = bytes.starts_with("HEAD ");
    return refuse_head(scanner_.refusal(), now_ns, step);
  }
  const size_t head_bytes = scanner_.head_bytes();
  consumed += head_bytes;
  begin_request(bytes.substr(0, head_bytes), now_ns, step);
}

void Session::begin_request(std::string_view head, uint64_t now_ns, tenon_step& step) {
  make_request(now_ns);
  const Refusal refusal = parse_head(head);
  fill_info();
  if (refusal) {
    log_refusal(refusal);
    request_->close_after = true;
    pipeline::answer_error(*request_, refusal.status);
    return go_on(now_ns, step);
  }
  if (request_->head.chunked || request_->head.content_length > 0) {
    request_->body_announced = true;
    request_->body.open();
  }
  pipeline::route(*request_);
  go_on(now_ns, step);
}

// The one copy of the head: all views of the request point into it.
Refusal Session::parse_head(std::string_view head) {
  Request& request = *request_;
  char* const copy = request.arena.allocate_text(head.size());
  if (copy == nullptr) {
    if (head.starts_with("HEAD ")) request.head.method = "HEAD";
    return kNoMemory;
  }
  std::memcpy(copy, head.data(), head.size());
  return parse_request_head(
      copy, head.size(), scanner_.n_fields(), thread_.context().limits, request.arena, request.head
  );
}

// The answer to what is no request, or not yet one. RFC 9110 §9.3.2: to HEAD, without its content.
void Session::refuse_head(const Refusal& refusal, uint64_t now_ns, tenon_step& step) {
  make_request(now_ns);
  if (for_head_) request_->head.method = "HEAD";
  log_refusal(refusal);
  request_->close_after = true;
  pipeline::answer_error(*request_, refusal.status);
  go_on(now_ns, step);
}

void Session::make_request(uint64_t now_ns) {
  request_ = thread_.acquire_request();
  add_relaxed(thread_.slot().requests_active, uint64_t{1});
  state_ = State::Request;
  request_->session = this;
  set_owner(*request_);
  request_->begun_ns = now_ns;
  request_->listener = listener_;
  request_->info.start_unix_ns = thread_.unix_ns(now_ns);
  request_->info.request_number = thread_.next_request_number();
  keep_alive_ = false;
  streaming_ = false;
}

void Session::fill_info() {
  const RequestHead& head = request_->head;
  tenon_req_info& info = request_->info;
  info.struct_size = sizeof info;
  info.http_version = head.version;
  info.method = str(head.method);
  info.target = str(head.target);
  info.path = str(head.path);
  info.query = str(head.query);
  info.host = str(head.host);
  info.scheme = TENON_LIT("http");
  info.peer_addr = {peer_, peer_bytes_};
  info.local_addr = {local_, local_bytes_};
  const Context& context = thread_.context();
  if (listener_ < context.listener_names.size()) {
    info.listener = str(context.listener_names[listener_]);
  }
  info.peer_port = peer_port_;
  info.local_port = local_port_;
  info.flags = head.keep_alive ? TENON_REQ_KEEP_ALIVE : 0;
  info.content_length = head.content_length;
}

// What a client did is never more than debug: it must not fill the disk.
void Session::log_refusal(const Refusal& refusal) const {
  Log* const log = thread_.context().log;
  if (log == nullptr || !log->enabled(TENON_LOG_DEBUG)) return;
  const std::string status = std::to_string(refusal.status);
  const LogField fields[] = {
      {"status", status}, {"reason", refusal.why}, {"peer", {peer_, peer_bytes_}}};
  log->write(TENON_LOG_DEBUG, "request refused", fields, std::size(fields));
}

}  // namespace tenon::http
