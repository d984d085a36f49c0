// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "http/hook_scope.hpp"
#include "http/io_thread.hpp"
#include "http/pipeline.hpp"
#include "http/session.hpp"

namespace tenon::http {
namespace {

// When the request's memory has no room for an answer's head.
constexpr std::string_view kNoMemoryAnswer =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n"
    "Retry-After: 1\r\n\r\n";

}  // namespace

void Session::begin_send(uint64_t now_ns, tenon_step& step) {
  Request& request = *request_;
  const Response& response = request.response;
  keep_alive_ = may_keep_alive();
  const HeadExtras extras = {
      thread_.date(now_ns), thread_.context().server_field, connection_field()};
  head_left_ = write_response_head(response, extras, request.arena);
  state_ = State::Sending;
  if (head_left_.data() == nullptr) {
    keep_alive_ = false;
    head_left_ = kNoMemoryAnswer;
    body_left_ = {nullptr, 0};
    file_left_ = 0;
    return send_more(now_ns, step);
  }
  const bool head_only = request.head.method == "HEAD";
  body_left_ = head_only ? tenon_buf{nullptr, 0} : response.body();
  file_at_ = response.file_offset();
  file_left_ = head_only ? 0 : response.file_length();
  send_more(now_ns, step);
}

// Also decides what becomes of a body that was not read: a little of it is read and dropped. Who
// asked for "100 Continue" and got another answer may send the body or not: nobody can tell.
bool Session::may_keep_alive() {
  const Request& request = *request_;
  if (request.close_after || draining_ || eof_ || !request.head.keep_alive) return false;
  if (!request.body_pending) return true;
  if (request.head.chunked || request.head.expect_continue) return false;
  discard_left_ = static_cast<uint64_t>(request.head.content_length);
  return discard_left_ <= limits::kDiscardBytesMax;
}

HeadExtras::Connection Session::connection_field() const {
  if (!keep_alive_) return HeadExtras::Connection::Close;
  const bool http_1_0 = request_->head.version == 0x0100;
  return http_1_0 ? HeadExtras::Connection::KeepAlive : HeadExtras::Connection::None;
}

// The head goes with the first bytes of the body, or with the file, in one step.
void Session::send_more(uint64_t now_ns, tenon_step& step) {
  deadline_ns_ = after(now_ns, thread_.context().timeouts.write_ns);
  give(step, 0);
  step.views = views_.data();
  size_t room = limits::kStepBytesMax;
  if (!head_left_.empty()) {
    TENON_ASSERT(head_left_.size() <= room);
    views_[step.n_views++] = buf(head_left_);
    room -= head_left_.size();
    head_left_ = {};
  }
  if (body_left_.len != 0) {
    const size_t piece = std::min(body_left_.len, room);
    views_[step.n_views++] = {body_left_.ptr, piece};
    body_left_ = {static_cast<const char*>(body_left_.ptr) + piece, body_left_.len - piece};
  }
  if (step.n_views != 0) step.actions |= TENON_DO_WRITE;
  if (file_left_ != 0) {
    const uint64_t piece = std::min(file_left_, limits::kStepFileBytesMax);
    step.actions |= TENON_DO_SEND_FILE;
    step.os_file = request_->response.os_file();
    step.offset = file_at_;
    step.length = piece;
    file_at_ += piece;
    file_left_ -= piece;
  }
}

void Session::sent(uint64_t bytes, uint64_t now_ns, tenon_step& step) {
  add_relaxed(thread_.slot().bytes_sent, bytes);
  if (state_ == State::Continue) return await_body(now_ns, step);
  if (state_ != State::Sending) return park(step);
  if (!all_sent()) return send_more(now_ns, step);
  add_relaxed(thread_.slot().requests, uint64_t{1});
  pipeline::skip_to_log(*request_);
  proceed(now_ns, step);
}

}  // namespace tenon::http
