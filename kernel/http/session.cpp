// SPDX-License-Identifier: Apache-2.0
#include "http/session.hpp"

#include <algorithm>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include "base/limits.hpp"
#include "http/hook_scope.hpp"
#include "http/io_thread.hpp"
#include "http/pipeline.hpp"

namespace tenon::http {

using pipeline::Progress;

void Session::opened(
    const tenon_opened& opened, tenon_conn* conn, uint64_t now_ns, tenon_step& step
) {
  reset();
  conn_ = conn;
  listener_ = opened.listener;
  peer_port_ = opened.peer.port;
  local_port_ = opened.local.port;
  peer_bytes_ = static_cast<uint8_t>(format_address(opened.peer, peer_));
  local_bytes_ = static_cast<uint8_t>(format_address(opened.local, local_));
  read_deadline_ns_ = after(now_ns, thread_.context().timeouts.header_ns);
  read_on(step);
}

void Session::received(
    std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step
) {
  consumed = 0;
  switch (state_) {
    case State::Head:
      return read_head(bytes, now_ns, consumed, step);
    case State::Discard:
      return discard(bytes, now_ns, consumed, step);
    case State::Request:
      // Else a read that an earlier step asked for: the bytes can wait.
      if (wants_read(now_ns)) read_body(bytes, now_ns, consumed);
      return go_on(now_ns, step);
    case State::Closing:
      return stay(step);
  }
}

void Session::eof(uint64_t now_ns, tenon_step& step) {
  eof_ = true;
  if (state_ == State::Closing) return stay(step);
  if (state_ != State::Request) return close(step);
  // RFC 9112 §8: the body is incomplete, and so is the request.
  if (body_open_) fail_body(TENON_E_CANCELLED, {400, "the body ended early"});
  go_on(now_ns, step);
}

void Session::sent(uint64_t bytes, uint64_t now_ns, tenon_step& step) {
  add_relaxed(thread_.slot().bytes_sent, bytes);
  const Flight flight = std::exchange(flight_, Flight::None);
  write_deadline_ns_ = 0;
  if (state_ == State::Closing) return stay(step);
  if (flight == Flight::Answer && streaming_) request_->response.stream.sent();
  go_on(now_ns, step);
}

void Session::file_read(uint64_t bytes, uint64_t now_ns, tenon_step& step) {
  flight_ = Flight::None;
  write_deadline_ns_ = 0;
  if (state_ == State::Closing) return stay(step);
  const uint64_t asked = std::min<uint64_t>(file_left_, limits::kFilterFileBytes);
  file_at_ += asked;
  file_left_ -= asked;
  if (bytes != asked) {
    request_->cut = true;  // The file became shorter, or cannot be read.
  } else {
    const tenon_buf part = {file_buffer_.get(), static_cast<size_t>(bytes)};
    filter(&part, 1, file_left_ == 0);
  }
  go_on(now_ns, step);
}

void Session::expired(uint64_t now_ns, tenon_step& step) {
  switch (state_) {
    case State::Head:
      if (!head_begun_) return close(step);
      return refuse_head({408, "the head did not come in time"}, now_ns, step);
    case State::Discard:
      return close(step);
    case State::Closing:
      return stay(step);
    case State::Request:
      break;
  }
  // A client that does not read: nothing said to it would arrive.
  if (write_deadline_ns_ != 0 && write_deadline_ns_ <= now_ns) return abort(step);
  if (body_open_ && read_deadline_ns_ != 0 && read_deadline_ns_ <= now_ns) {
    fail_body(TENON_E_CANCELLED, {408, "the body did not come in time"});
  }
  go_on(now_ns, step);
}

void Session::resumed(uint64_t now_ns, tenon_step& step) {
  if (state_ != State::Request) return stay(step);
  take_messages();
  go_on(now_ns, step);
}

void Session::draining(uint64_t idle_until_ns, uint64_t now_ns, tenon_step& step) {
  draining_ = true;
  thread_.context().draining.store(true, std::memory_order_relaxed);
  idle_until_ns_ = idle_until_ns;
  switch (state_) {
    case State::Closing:
      return stay(step);
    case State::Head:
      if (!head_begun_) return await_request(now_ns, step);
      return stay(step);
    case State::Discard:
      return stay(step);
    case State::Request:
      return go_on(now_ns, step);
  }
}

void Session::closed(uint64_t now_ns) {
  closed_ = true;
  flight_ = Flight::None;
  if (request_ != nullptr) cancel();
  if (request_ != nullptr && (request_->run.state == HookRun::State::InPool ||
                              request_->producer.state == HookRun::State::InPool)) {
    if (!pool_done_) return;  // pool_done() follows and finds out.
  }
  abandon(now_ns);
}

// Whoever waits in the pool for this client stops waiting.
void Session::cancel() {
  request_->cancelled.store(true, std::memory_order_relaxed);
  const std::lock_guard<std::mutex> lock(request_->exchange.mutex);
  request_->exchange.gone = true;
  request_->exchange.changed.notify_all();
}

void Session::pool_done() {
  if (closed_) return abandon(now_ns());
  pool_done_ = true;
  wake();
}

void Session::poked() {
  {
    const std::lock_guard<std::mutex> lock(request_->exchange.mutex);
    request_->exchange.poked = false;
  }
  if (!closed_) wake();
}

void Session::ticket_arrived(Ticket* ticket) {
  HookRun& run = request_->run.ticket == ticket ? request_->run : request_->producer;
  TENON_ASSERT(run.ticket == ticket);
  run.resumed = true;
  if (!closed_) wake();
}

void Session::wake() {
  const tenon_mpm_child& mpm = *thread_.context().mpm;
  mpm.wake(mpm.context, conn_);
}

// What a pool thread said or asked for since the last event.
void Session::take_messages() {
  bool head_wanted = false;
  bool lent_done = false;
  {
    const std::lock_guard<std::mutex> lock(request_->exchange.mutex);
    head_wanted = request_->exchange.head_wanted && !request_->exchange.head_out;
    lent_done = request_->exchange.lent_done;
  }
  if (head_wanted) pipeline::begin_answer(*request_);
  if (lent_done) pipeline::finish_lent_call(*request_);
  if (std::exchange(pool_done_, false)) pipeline::finish_pool_call(*request_);
}

void Session::reset() {
  TENON_ASSERT(request_ == nullptr);
  conn_ = nullptr;
  state_ = State::Head;
  scanner_.reset();
  head_begun_ = false;
  blank_line_skipped_ = false;
  flight_ = Flight::None;
  write_deadline_ns_ = 0;
  pool_done_ = false;
  closed_ = false;
  eof_ = false;
  draining_ = false;
  idle_until_ns_ = 0;
}

uint64_t Session::after(uint64_t now_ns, uint64_t duration_ns) const {
  return duration_ns == 0 ? 0 : now_ns + duration_ns;
}

void Session::give(tenon_step& step, uint32_t actions, uint64_t deadline_ns) {
  step.actions = actions;
  step.deadline_ns = deadline_ns;
  step.read_beyond = read_beyond_;
  step.views = nullptr;
  step.n_views = 0;
  step.os_file = -1;
  step.offset = 0;
  step.length = 0;
  step.into = nullptr;
}

// Nothing new: a read that is under way is asked for again.
void Session::stay(tenon_step& step) {
  const bool closing = state_ == State::Closing;
  give(step, closing ? 0 : TENON_DO_READ, closing ? 0 : read_deadline_ns_);
}

void Session::read_on(tenon_step& step, uint64_t read_beyond) {
  read_beyond_ = read_beyond;
  give(step, TENON_DO_READ, read_deadline_ns_);
}

void Session::close(tenon_step& step) {
  state_ = State::Closing;
  give(step, TENON_DO_CLOSE, 0);
}

void Session::abort(tenon_step& step) {
  state_ = State::Closing;
  if (request_ != nullptr) cancel();
  give(step, TENON_DO_ABORT, 0);
}

// Idle between requests. A request that is in the MPM's buffer already is delivered at once.
void Session::await_request(uint64_t now_ns, tenon_step& step) {
  state_ = State::Head;
  scanner_.reset();
  head_begun_ = false;
  blank_line_skipped_ = false;
  if (draining_) {
    if (idle_until_ns_ <= now_ns) return close(step);
    read_deadline_ns_ = idle_until_ns_;
  } else {
    read_deadline_ns_ = after(now_ns, thread_.context().timeouts.keep_alive_ns);
  }
  read_on(step);
}

// Moves the request on as far as it goes, and says what the MPM is to do meanwhile.
void Session::go_on(uint64_t now_ns, tenon_step& step) {
  for (;;) {
    const Progress progress = pipeline::advance(*request_, now_ns);
    if (progress == Progress::Done) return end_request(now_ns, step);
    if (request_->cut && flight_ != Flight::Continue) return abort(step);
    if (progress == Progress::WantsBody && !body_open_) begin_whole_body(now_ns);
    if (progress == Progress::Send && !request_->head_out) {
      if (body_is_wanted()) begin_body(now_ns);  // A client that waits for "100 Continue" gets it.
      begin_answer(now_ns);
      continue;  // The producer may write on now.
    }
    if (!answer_is_over()) break;
    request_->complete = true;
    add_relaxed(thread_.slot().requests, uint64_t{1});
    pipeline::skip_to_log(*request_);
  }
  const bool reads = wants_read(now_ns);
  give(step, reads ? TENON_DO_READ : 0, 0);
  if (flight_ == Flight::None) fill_flight(now_ns, step);
  const uint64_t read_deadline_ns = reads ? read_deadline_ns_ : 0;
  step.deadline_ns = std::min(read_deadline_ns - 1, write_deadline_ns_ - 1) + 1;  // 0: none
}

void Session::end_request(uint64_t now_ns, tenon_step& step) {
  const bool keep_alive = keep_alive_ && !request_->close_after && !eof_;
  const bool body_left = keep_alive && begin_discard(now_ns);
  const bool client_ends = announced_its_end();
  release_request();
  if (!keep_alive) {
    close(step);
    if (client_ends) step.actions |= TENON_DO_NOT_LINGER;
    return;
  }
  if (!body_left) return await_request(now_ns, step);
  state_ = State::Discard;
  read_on(step);
}

// RFC 9112 §9.6: a client that has sent "close" sends no further request. What it has sent of this
// one is read, so nothing can turn our close into a reset that destroys the answer on its way.
bool Session::announced_its_end() const {
  const bool body_is_read = !request_->body_announced && !body_open_;
  return body_is_read && !request_->head.keep_alive && !request_->close_after;
}

// The connection is gone; so is the session, once the log hooks of its last request have run.
void Session::abandon(uint64_t now_ns) {
  if (request_ != nullptr) {
    if (request_->stage == Stage::Log) {
      if (request_->run.is_open()) pipeline::finish_pool_call(*request_);
    } else {
      pipeline::skip_to_log(*request_);
    }
    pool_done_ = false;
    if (pipeline::advance(*request_, now_ns) == Progress::Parked) return;
    release_request();
  }
  thread_.release_session(this);
}

void Session::release_request() {
  body_open_ = false;
  thread_.release_request(request_);
  request_ = nullptr;
  add_relaxed(thread_.slot().requests_active, ~uint64_t{0});  // one less
}

}  // namespace tenon::http
