// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/limits.hpp"
#include "http/io_thread.hpp"
#include "http/pipeline.hpp"
#include "http/session.hpp"

// A request's body on its way from the connection to the request's owner.
namespace tenon::http {
namespace {

constexpr uint64_t kBodyNsPerByteMax = 1'000'000'000 / limits::kBodyBytesPerSecondMin;

}  // namespace

bool Session::body_is_wanted() {
  if (!request_->body_announced) return false;
  const std::lock_guard<std::mutex> lock(request_->exchange.mutex);
  return request_->exchange.body_wanted;
}

void Session::begin_whole_body(uint64_t now_ns) {
  const RequestHead& head = request_->head;
  body_whole_ = true;
  request_->body.keep_whole(request_->arena, head.chunked ? -1 : head.content_length);
  begin_body(now_ns);
}

// "100 Continue" goes out only now, when no hook has refused the request.
void Session::begin_body(uint64_t now_ns) {
  const RequestHead& head = request_->head;
  request_->body_announced = false;
  body_open_ = true;
  continue_due_ = head.expect_continue && !request_->head_out;
  read_beyond_ = 0;
  read_deadline_ns_ = after(now_ns, thread_.context().timeouts.body_ns);
  if (head.chunked) {
    decoder_.begin_chunked(thread_.context().limits.body_bytes);
  } else {
    decoder_.begin_length(static_cast<uint64_t>(head.content_length));
  }
}

// Also begins the body when the request's owner first asks for it. A client that is held back is
// not late: its time begins anew when there is room again.
bool Session::wants_read(uint64_t now_ns) {
  if (!body_open_) {
    if (!body_is_wanted()) return false;
    begin_body(now_ns);
  }
  if (continue_due_ || flight_ == Flight::Continue) return false;
  if (!request_->body.has_room()) {
    read_deadline_ns_ = 0;
    return false;
  }
  if (read_deadline_ns_ == 0) {
    read_deadline_ns_ = after(now_ns, thread_.context().timeouts.body_ns);
  }
  return true;
}

void Session::read_body(std::string_view bytes, uint64_t now_ns, uint64_t& consumed) {
  RequestBody& body = request_->body;
  std::string_view rest = bytes;
  std::string_view data;
  BodyDecoder::Progress progress = BodyDecoder::Progress::Data;
  // The last byte may fill the queue: nothing would come that tells the end again.
  while (progress == BodyDecoder::Progress::Data && (body.has_room() || decoder_.is_complete())) {
    progress = decoder_.next(rest, data);
    if (progress == BodyDecoder::Progress::Data && !body.append(data)) {
      consumed = bytes.size() - rest.size();
      return fail_body(TENON_E_NOMEM, {503, "there is no memory for the body"});
    }
  }
  consumed = bytes.size() - rest.size();
  if (progress == BodyDecoder::Progress::Complete) {
    body_open_ = false;
    return body.complete(decoder_.trailers(), decoder_.n_trailers());
  }
  if (progress == BodyDecoder::Progress::Refused) {
    const Refusal& refusal = decoder_.refusal();
    return fail_body(refusal.status == 413 ? TENON_E_LIMIT : TENON_E_ARG, refusal);
  }
  read_beyond_ = progress == BodyDecoder::Progress::More ? rest.size() : 0;
  // Every byte buys a little time, but never more than what a silent client gets.
  if (read_deadline_ns_ == 0) return;
  const uint64_t longest = after(now_ns, thread_.context().timeouts.body_ns);
  read_deadline_ns_ = std::min(longest, read_deadline_ns_ + consumed * kBodyNsPerByteMax);
}

// Whoever reads the body learns it; where nobody does yet, the kernel answers.
void Session::fail_body(tenon_status why, const Refusal& refusal) {
  log_refusal(refusal);
  body_open_ = false;
  request_->close_after = true;
  request_->body.fail(why, refusal);
  if (request_->stage == Stage::Body) pipeline::answer_error(*request_, refusal.status);
}

// What is left of the body when its request is over; a little of it is read and dropped, so that
// the connection can go on. False: nothing is left.
bool Session::begin_discard(uint64_t now_ns) {
  if (request_->body_announced) begin_body(now_ns);
  if (!body_open_) return false;
  discard_left_ = limits::kDiscardBytesMax;
  read_beyond_ = 0;
  read_deadline_ns_ = after(now_ns, thread_.context().timeouts.body_ns);
  return true;
}

void Session::discard(
    std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step
) {
  std::string_view rest = bytes;
  std::string_view data;
  BodyDecoder::Progress progress = BodyDecoder::Progress::Data;
  while (progress == BodyDecoder::Progress::Data) {
    progress = decoder_.next(rest, data);
  }
  consumed = bytes.size() - rest.size();
  if (progress == BodyDecoder::Progress::Complete) return await_request(now_ns, step);
  if (progress == BodyDecoder::Progress::Refused || consumed >= discard_left_) return close(step);
  discard_left_ -= consumed;
  read_on(step, rest.size());
}

}  // namespace tenon::http
