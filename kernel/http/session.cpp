// SPDX-License-Identifier: Apache-2.0
#include "http/session.hpp"

#include <tenon/cpp/assert.hpp>

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
  deadline_ns_ = after(now_ns, thread_.context().timeouts.header_ns);
  read_on(step);
}

void Session::received(
    std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& step
) {
  consumed = 0;
  switch (state_) {
    case State::Head:
      return read_head(bytes, now_ns, consumed, step);
    case State::Body:
      return read_body(bytes, now_ns, consumed, step);
    case State::Discard:
      return discard(bytes, now_ns, consumed, step);
    default:
      return park(step);  // A read that an earlier step asked for: the bytes can wait.
  }
}

void Session::eof(uint64_t now_ns, tenon_step& step) {
  eof_ = true;
  switch (state_) {
    case State::Head:
    case State::Discard:
      return close(step);
    case State::Body:
      // RFC 9112 §8: the body is incomplete, and so is no request. There is nobody to tell.
      pipeline::skip_to_log(*request_);
      request_->close_after = true;
      return proceed(now_ns, step);
    default:
      return park(step);
  }
}

void Session::file_read(uint64_t, uint64_t, tenon_step& step) {
  park(step);  // Asked for by nobody yet: only body filters must see the bytes of a file.
}

void Session::expired(uint64_t now_ns, tenon_step& step) {
  switch (state_) {
    case State::Head:
      if (!head_begun_) return close(step);
      return refuse_head({408, "the head did not come in time"}, now_ns, step);
    case State::Body:
      return answer_error(408, now_ns, step);
    case State::Discard:
      return close(step);
    case State::Continue:
    case State::Sending:
      return abort(step);  // The client does not read: nothing said to it would arrive.
    default:
      return park(step);
  }
}

void Session::resumed(uint64_t now_ns, tenon_step& step) {
  if (state_ != State::Pool || !pool_done_) return park(step);
  pool_done_ = false;
  pipeline::finish_pool_call(*request_);
  proceed(now_ns, step);
}

void Session::draining(uint64_t idle_until_ns, uint64_t now_ns, tenon_step& step) {
  draining_ = true;
  idle_until_ns_ = idle_until_ns;
  if (state_ == State::Closing) return park(step);
  if (state_ == State::Head && !head_begun_) return await_request(now_ns, step);
  park(step);
}

void Session::closed(uint64_t now_ns) {
  closed_ = true;
  if (state_ == State::Pool && !pool_done_) {
    request_->cancelled.store(true, std::memory_order_relaxed);
    return;  // pool_done() follows and finds out.
  }
  abandon(now_ns);
}

void Session::pool_done() {
  TENON_ASSERT(state_ == State::Pool);
  if (closed_) return abandon(now_ns());
  pool_done_ = true;
  const tenon_mpm_child& mpm = *thread_.context().mpm;
  mpm.wake(mpm.context, conn_);
}

void Session::reset() {
  TENON_ASSERT(request_ == nullptr);
  conn_ = nullptr;
  state_ = State::Head;
  scanner_.reset();
  head_begun_ = false;
  blank_line_skipped_ = false;
  pool_done_ = false;
  closed_ = false;
  eof_ = false;
  draining_ = false;
  idle_until_ns_ = 0;
}

uint64_t Session::after(uint64_t now_ns, uint64_t duration_ns) const {
  return duration_ns == 0 ? 0 : now_ns + duration_ns;
}

void Session::give(tenon_step& step, uint32_t actions) {
  step.actions = actions;
  step.deadline_ns = deadline_ns_;
  step.read_beyond = read_beyond_;
  step.views = nullptr;
  step.n_views = 0;
  step.os_file = -1;
  step.offset = 0;
  step.length = 0;
}

void Session::read_on(tenon_step& step, uint64_t read_beyond) {
  read_beyond_ = read_beyond;
  give(step, TENON_DO_READ);
}

// A read that is under way is asked for again: no MPM can then take the step for its end.
void Session::park(tenon_step& step) {
  const bool reading = state_ == State::Head || state_ == State::Body || state_ == State::Discard;
  give(step, reading ? TENON_DO_READ : 0);
}

void Session::close(tenon_step& step) {
  state_ = State::Closing;
  deadline_ns_ = 0;
  give(step, TENON_DO_CLOSE);
}

void Session::abort(tenon_step& step) {
  state_ = State::Closing;
  deadline_ns_ = 0;
  give(step, TENON_DO_ABORT);
}

// Idle between requests. A request that is in the MPM's buffer already is delivered at once.
void Session::await_request(uint64_t now_ns, tenon_step& step) {
  state_ = State::Head;
  scanner_.reset();
  head_begun_ = false;
  blank_line_skipped_ = false;
  if (draining_) {
    if (idle_until_ns_ <= now_ns) return close(step);
    deadline_ns_ = idle_until_ns_;
  } else {
    deadline_ns_ = after(now_ns, thread_.context().timeouts.keep_alive_ns);
  }
  read_on(step);
}

void Session::proceed(uint64_t now_ns, tenon_step& step) {
  switch (pipeline::advance(*request_, now_ns)) {
    case Progress::Parked:
      // From here on the request belongs to the pool.
      state_ = State::Pool;
      deadline_ns_ = 0;
      return park(step);
    case Progress::WantsBody:
      return begin_body(now_ns, step);
    case Progress::Send:
      return begin_send(now_ns, step);
    case Progress::Done:
      return end_request(now_ns, step);
  }
}

void Session::answer_error(int status, uint64_t now_ns, tenon_step& step) {
  pipeline::answer_error(*request_, status);
  proceed(now_ns, step);
}

void Session::end_request(uint64_t now_ns, tenon_step& step) {
  const bool keep_alive = keep_alive_ && !request_->close_after && !eof_;
  release_request();
  if (!keep_alive) return close(step);
  if (discard_left_ == 0) return await_request(now_ns, step);
  state_ = State::Discard;
  deadline_ns_ = after(now_ns, thread_.context().timeouts.body_ns);
  read_on(step);
}

// The connection is gone; so is the session, once the log hooks of its last request have run.
void Session::abandon(uint64_t now_ns) {
  if (request_ != nullptr) {
    if (state_ == State::Pool && request_->stage == Stage::Log) {
      ++request_->next_hook;  // The log hook that came back from the pool.
    } else {
      pipeline::skip_to_log(*request_);
    }
    state_ = State::Pool;
    if (pipeline::advance(*request_, now_ns) == Progress::Parked) return;
    release_request();
  }
  thread_.release_session(this);
}

void Session::release_request() {
  thread_.release_request(request_);
  request_ = nullptr;
}

}  // namespace tenon::http
