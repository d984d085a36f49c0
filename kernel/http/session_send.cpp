// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "base/grant.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/grammar.hpp"
#include "http/io_thread.hpp"
#include "http/pipeline.hpp"
#include "http/session.hpp"

// An answer on its way from the request to the connection.
namespace tenon::http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n";

// When the request's memory has no room for an answer's head.
constexpr std::string_view kNoMemoryAnswer =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n"
    "Retry-After: 1\r\n\r\n";

// RFC 9110 §8.6: not even "Content-Length: 0".
bool never_has_length(int status) {
  return status == 204 || status == 304;
}

// RFC 9110 §6.5.1: trailer fields are for those who said that they take them.
bool takes_trailers(const RequestHead& head) {
  for (size_t i = 0; i < head.n_fields; ++i) {
    if (view(head.fields[i].name) != "te") continue;
    std::string_view list = view(head.fields[i].value);
    while (!list.empty()) {
      if (equal_no_case(take_element(list), "trailers")) return true;
    }
  }
  return false;
}

// Only a handler in the pool waits for it, in start().
void tell_head_is_out(Request& request) {
  if (request.producer.state != HookRun::State::InPool) {
    request.exchange.head_out = true;
    return;
  }
  const std::lock_guard<std::mutex> lock(request.exchange.mutex);
  request.exchange.head_out = true;
  request.exchange.changed.notify_all();
}

}  // namespace

// The head, and how its body will be sent.
void Session::begin_answer(uint64_t now_ns) {
  Request& request = *request_;
  HeadExtras extras = {.date = thread_.date(now_ns), .server = thread_.context().server_field};
  begin_content(extras);
  keep_alive_ = keep_alive_ && may_keep_alive();
  extras.connection = connection_field();
  head_left_ = write_response_head(request.response, extras, request.arena);
  if (head_left_.data() == nullptr) {
    keep_alive_ = false;
    head_left_ = kNoMemoryAnswer;
    body_left_ = {nullptr, 0};
    file_left_ = 0;
    streaming_ = end_due_ = false;
    if (request.response.is_streamed()) request.cut = true;
  }
  request.head_out = true;
  tell_head_is_out(request);
}

void Session::begin_content(HeadExtras& extras) {
  Request& request = *request_;
  keep_alive_ = true;
  streaming_ = chunked_ = end_due_ = filter_file_ = false;
  body_left_ = {nullptr, 0};
  file_left_ = 0;
  const bool no_content = never_has_length(request.response.status());
  if (!no_content && request.route != nullptr) {
    const auto& filters = request.route->plan.response_filters;
    if (!filters.empty() && request.response_filters.open(request, filters) < 0) {
      request.cut = true;
    }
  }
  const bool filtered = !request.response_filters.is_empty();
  if (request.response.is_streamed() || filtered) return begin_stream(extras, filtered);
  if (!no_content) {
    extras.framing = HeadExtras::Framing::Length;
    extras.content_length = request.response.content_length();
  }
  if (request.head.method == "HEAD") return;
  body_left_ = request.response.body();
  file_at_ = request.response.file_offset();
  file_left_ = request.response.file_length();
}

// A body whose length is known beforehand is not cut into chunks.
void Session::begin_stream(HeadExtras& extras, bool filtered) {
  Request& request = *request_;
  Response& response = request.response;
  streaming_ = true;
  response.use_stream();
  const bool no_content = never_has_length(response.status());
  if (request.head.method == "HEAD" || no_content) {
    if (response.announced_length() >= 0 && !filtered && !no_content) {
      extras.framing = HeadExtras::Framing::Length;
      extras.content_length = static_cast<uint64_t>(response.announced_length());
    }
    response.stream.discard();
    if (!response.is_streamed()) response.stream.finish();  // Nobody writes any more.
    return;
  }
  if (filtered) filter_early_writes();
  int64_t length = filtered ? -1 : response.announced_length();
  if (response.stream.is_finished()) length = static_cast<int64_t>(response.stream.waiting());
  if (length >= 0) {
    extras.framing = HeadExtras::Framing::Length;
    extras.content_length = static_cast<uint64_t>(length);
  } else if (request.head.version == 0x0100) {
    keep_alive_ = false;  // RFC 9112 §6.3: the end of the connection is the end of the body.
  } else {
    extras.framing = HeadExtras::Framing::Chunked;
    chunked_ = end_due_ = true;
  }
}

// What the handler said before the filters were opened.
void Session::filter_early_writes() {
  Response& response = request_->response;
  if (response.file_length() != 0) {
    filter_file_ = true;
    if (file_buffer_ == nullptr) file_buffer_ = grant(limits::kFilterFileBytes);
    if (file_buffer_ == nullptr) request_->cut = true;
    file_at_ = response.file_offset();
    file_left_ = response.file_length();
    return;
  }
  if (!response.is_streamed()) {
    const tenon_buf body = response.body();
    return filter(&body, body.len == 0 ? 0 : 1, true);
  }
  std::vector<ResponseStream::Part> early = response.stream.take_all();
  const bool finished = response.stream.is_finished();
  for (ResponseStream::Part& part : early) {
    filter(&part.bytes, 1, false);
    ResponseStream::release(part);
  }
  if (finished) filter(nullptr, 0, true);
}

void Session::filter(const tenon_buf* parts, size_t n_parts, bool last) {
  Request& request = *request_;
  StreamEnd end(request.response.stream);
  if (request.response_filters.push(parts, n_parts, last, end) < 0) request.cut = true;
  if (last) request.response.stream.finish();
}

// Also decides what becomes of a body that was not read: a little of it is read and dropped. Who
// asked for "100 Continue" and got another answer may send the body or not: nobody can tell.
bool Session::may_keep_alive() {
  const Request& request = *request_;
  if (request.close_after || draining_ || eof_ || !request.head.keep_alive) return false;
  if (!request.body_announced) return true;
  if (request.head.expect_continue) return false;
  return request.head.content_length <= static_cast<int64_t>(limits::kDiscardBytesMax);
}

HeadExtras::Connection Session::connection_field() const {
  if (!keep_alive_) return HeadExtras::Connection::Close;
  const bool http_1_0 = request_->head.version == 0x0100;
  return http_1_0 ? HeadExtras::Connection::KeepAlive : HeadExtras::Connection::None;
}

// Whatever can be sent now, or read of a file to be sent.
void Session::fill_flight(uint64_t now_ns, tenon_step& step) {
  step.views = request_->views.data();
  if (continue_due_) {
    continue_due_ = false;
    request_->views[step.n_views++] = buf(kContinue);
    flight_ = Flight::Continue;
  } else if (request_->head_out) {
    fill_answer(step);
  }
  if (step.n_views != 0) step.actions |= TENON_DO_WRITE;
  if (flight_ != Flight::None) {
    write_deadline_ns_ = after(now_ns, thread_.context().timeouts.write_ns);
  }
}

// The head goes with the first bytes of the body, or with the file, in one step.
void Session::fill_answer(tenon_step& step) {
  size_t room = limits::kStepBytesMax;
  if (!head_left_.empty()) {
    TENON_ASSERT(head_left_.size() <= room);
    request_->views[step.n_views++] = buf(head_left_);
    room -= head_left_.size();
    head_left_ = {};
  }
  if (streaming_) {
    fill_stream(step, room);
  } else if (body_left_.len != 0) {
    const size_t piece = std::min(body_left_.len, room);
    request_->views[step.n_views++] = {body_left_.ptr, piece};
    body_left_ = {static_cast<const char*>(body_left_.ptr) + piece, body_left_.len - piece};
    request_->body_bytes_sent += piece;
  }
  if (file_left_ != 0 && !filter_file_) {
    const uint64_t piece = std::min(file_left_, limits::kStepFileBytesMax);
    step.actions |= TENON_DO_SEND_FILE;
    step.os_file = request_->response.os_file();
    step.offset = file_at_;
    step.length = piece;
    file_at_ += piece;
    file_left_ -= piece;
    request_->body_bytes_sent += piece;
  }
  if (step.n_views != 0 || (step.actions & TENON_DO_SEND_FILE) != 0) {
    flight_ = Flight::Answer;
  } else if (file_left_ != 0) {
    fill_file_read(step);
  }
}

// One chunk of what waits now, between its size and its end; then the last chunk.
void Session::fill_stream(tenon_step& step, size_t room) {
  constexpr size_t kFramingViews = 5;  // size, line end, last chunk, trailers, line end
  constexpr size_t kFramingBytes = limits::kTrailerBytesMax + 64;
  ResponseStream& stream = request_->response.stream;
  auto& views = request_->views;
  const uint64_t framing_at = step.n_views;
  if (chunked_) ++step.n_views;
  const bool finished = stream.is_finished();  // Before take(): what is written later is not in it.
  const size_t n_parts = stream.take(
      &views[step.n_views], views.size() - step.n_views - kFramingViews, room - kFramingBytes
  );
  size_t bytes = 0;
  for (size_t i = 0; i < n_parts; ++i) {
    bytes += views[step.n_views++].len;
  }
  request_->body_bytes_sent += bytes;
  if (!chunked_) return;
  if (bytes == 0) {
    --step.n_views;
  } else {
    char* const end =
        std::to_chars(chunk_line_, chunk_line_ + sizeof chunk_line_ - 2, bytes, 16).ptr;
    std::copy(kLineEnd.begin(), kLineEnd.end(), end);
    views[framing_at] = {chunk_line_, static_cast<size_t>(end - chunk_line_) + kLineEnd.size()};
    views[step.n_views++] = buf(kLineEnd);
  }
  if (!end_due_ || !finished || stream.has_bytes()) return;
  end_due_ = false;
  views[step.n_views++] = buf(kLastChunk);
  if (takes_trailers(request_->head) && !request_->response.trailers().empty()) {
    views[step.n_views++] = buf(request_->response.trailers());
  }
  views[step.n_views++] = buf(kLineEnd);
}

// The bytes of a file on their way through the filters; while little waits, so that memory is
// bounded.
void Session::fill_file_read(tenon_step& step) {
  if (!request_->response.stream.is_low()) return;
  step.actions |= TENON_DO_READ_FILE;
  step.os_file = request_->response.os_file();
  step.offset = file_at_;
  step.length = std::min<uint64_t>(file_left_, limits::kFilterFileBytes);
  step.into = file_buffer_.get();
  flight_ = Flight::FileRead;
}

// All of it is sent, and whoever wrote it has returned.
bool Session::answer_is_over() {
  const Request& request = *request_;
  if (!request.head_out || request.stage != Stage::Send || flight_ != Flight::None) return false;
  if (!head_left_.empty() || body_left_.len != 0 || file_left_ != 0 || end_due_) return false;
  if (request.producer.is_open()) return false;
  if (!streaming_) return true;
  ResponseStream& stream = request_->response.stream;
  return stream.is_finished() && stream.is_empty();
}

}  // namespace tenon::http
