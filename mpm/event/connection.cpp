// SPDX-License-Identifier: Apache-2.0
#include "event/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "event/io_thread.hpp"

namespace tenon::mpm {
namespace {

tenon_step fresh_step() {
  tenon_step step{};
  step.struct_size = sizeof step;
  return step;
}

// Bytes received; 0: the peer will send no more; none: nothing is there now. An error is reported
// by `lost`.
std::optional<std::size_t> receive_some(int socket, std::span<char> room, bool& lost) {
  ssize_t n = 0;
  do {
    n = ::recv(socket, room.data(), room.size(), MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return static_cast<std::size_t>(n);
  lost = errno != EAGAIN;
  return std::nullopt;
}

}  // namespace

Connection::Connection(IoThread& thread, Accepted accepted)
    : thread_(thread),
      accepted_(std::move(accepted)) {}

void Connection::wake() {
  thread_.wake(*this);
}

void Connection::open() {
  // Input is waited for in any case: said at once it is one call less. TCP_NODELAY comes from the
  // listener.
  epoll_event event{};
  event.events = watched_ = EPOLLIN;
  event.data.ptr = this;
  if (::epoll_ctl(thread_.epoll(), EPOLL_CTL_ADD, accepted_.socket.get(), &event) != 0) {
    return begin_close();
  }
  if (!open_session()) return begin_close();
  return thread_.is_draining() ? on_drain() : advance();
}

bool Connection::open_session() {
  tenon_opened opened{};
  opened.struct_size = sizeof opened;
  opened.listener = accepted_.listener;
  opened.io_thread = thread_.index();
  opened.peer = accepted_.peer;
  opened.local = accepted_.local;
  tenon_step step = fresh_step();
  const tenon_status status = thread_.sessions().opened(
      thread_.host().context, &opened, this, thread_.now(), &session_, &step
  );
  if (status != TENON_OK) {
    session_ = nullptr;
    return false;
  }
  apply(step);
  return true;
}

void Connection::on_ready(std::uint32_t events) {
  // A reset: nothing can be sent any more, and what was received is gone.
  if (events & EPOLLERR) return begin_close();
  if (state_ == State::Lingering) return discard();
  if (events & (EPOLLIN | EPOLLHUP)) {
    // Both directions are gone, though we have shut down none.
    if ((events & EPOLLHUP) && eof_ != Eof::None) return begin_close();
    if (!receive()) return begin_close();
  }
  return advance();
}

void Connection::on_deadline() {
  if (state_ == State::Lingering) return begin_close();
  tenon_step step = fresh_step();
  thread_.sessions().expired(session_, thread_.now(), &step);
  apply(step);
  return advance();
}

void Connection::on_wake() {
  if (state_ != State::Open) return;
  tenon_step step = fresh_step();
  thread_.sessions().resumed(session_, thread_.now(), &step);
  apply(step);
  return advance();
}

void Connection::on_drain() {
  if (told_idle_until_ns_ <= thread_.idle_until() || state_ != State::Open) return;
  told_idle_until_ns_ = thread_.idle_until();
  tenon_step step = fresh_step();
  thread_.sessions().draining(session_, thread_.idle_until(), thread_.now(), &step);
  apply(step);
  return advance();
}

void Connection::apply(const tenon_step& step) {
  thread_.deadlines().set(*this, step.deadline_ns);
  // A read that an earlier step asked for stays asked for: a step takes nothing back.
  if (step.actions & TENON_DO_READ) {
    wants_read_ = true;
    read_beyond_ = std::min<std::uint64_t>(step.read_beyond, TENON_READ_BEYOND_MAX);
  }
  if (step.actions & (TENON_DO_WRITE | TENON_DO_SEND_FILE)) output_.begin(step);
  if (step.actions & TENON_DO_READ_FILE) read_file(step);
  if (step.actions & TENON_DO_CLOSE) wants_close_ = true;
  if (step.actions & TENON_DO_NOT_LINGER) lingers_ = false;
  if (step.actions & TENON_DO_ABORT) wants_abort_ = true;
}

// On this thread, as sendfile reads too: what is read soon after it was opened is in memory.
void Connection::read_file(const tenon_step& step) {
  TENON_ASSERT(!output_.active() && !file_read_);
  std::uint64_t done = 0;
  while (done < step.length) {
    const ssize_t n = ::pread(
        static_cast<int>(step.os_file),
        static_cast<char*>(step.into) + done,
        step.length - done,
        static_cast<off_t>(step.offset + done)
    );
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::uint64_t>(n);
  }
  file_read_ = done;
}

void Connection::advance() {
  output_.begin_turn();
  do {
    TENON_ASSERT(state_ == State::Open);
    if (wants_abort_ || !output_.pump(accepted_.socket.get())) return begin_close();
    if (wants_close_ && !output_.active()) return begin_linger();
  } while (deliver_next());
  input_.pass_on(thread_.spare_input());
  if (thread_.is_crowded()) input_.release_if_empty();
  if (!watch()) return begin_close();
}

// Gives the kernel the one event that is due, if any. Each may give a step with something to do
// right away, such as the answer to a pipelined request: hence the loop in advance(), where a
// recursion would grow with what the client sends.
bool Connection::deliver_next() {
  tenon_step step = fresh_step();
  if (const std::optional<std::uint64_t> bytes = output_.take_finished()) {
    thread_.sessions().sent(session_, *bytes, thread_.now(), &step);
    apply(step);
    return true;
  }
  if (const std::optional<std::uint64_t> bytes = std::exchange(file_read_, std::nullopt)) {
    thread_.sessions().file_read(session_, *bytes, thread_.now(), &step);
    apply(step);
    return true;
  }
  if (!wants_read_) return false;
  if (input_.size() > read_beyond_) {
    deliver_received();
    return true;
  }
  if (eof_ != Eof::Seen) return false;
  eof_ = Eof::Delivered;
  wants_read_ = false;
  thread_.sessions().eof(session_, thread_.now(), &step);
  apply(step);
  return true;
}

void Connection::deliver_received() {
  const std::span<const char> bytes = input_.bytes();
  std::uint64_t consumed = 0;
  tenon_step step = fresh_step();
  wants_read_ = false;
  thread_.sessions().received(
      session_, tenon_buf{bytes.data(), bytes.size()}, thread_.now(), &consumed, &step
  );
  input_.consume(consumed);
  apply(step);
}

// One receive per turn; epoll tells again if there is more.
bool Connection::receive() {
  if (eof_ != Eof::None) return true;
  thread_.spare_input().pass_on(input_);
  const std::optional<std::span<char>> room = input_.prepare(wants_read_ ? read_beyond_ : 0);
  if (!room || room->empty()) return room.has_value();
  bool lost = false;
  const std::optional<std::size_t> n = receive_some(accepted_.socket.get(), *room, lost);
  if (!n) return !lost;
  if (*n == 0) {
    eof_ = Eof::Seen;
  } else {
    input_.commit(*n);
  }
  return true;
}

// Input is watched whenever there is room for it, also while a hook runs or an answer is sent: so
// the end of the peer is seen in time. Its loss is told by EPOLLERR, which is always watched.
bool Connection::watch() {
  std::uint32_t wanted = 0;
  bool has_room = input_.size() == 0;
  if (!has_room) {
    const std::optional<std::span<char>> room = input_.prepare(wants_read_ ? read_beyond_ : 0);
    if (!room) return false;
    has_room = !room->empty();
  }
  if (eof_ == Eof::None && has_room) wanted |= EPOLLIN;
  if (output_.active()) wanted |= EPOLLOUT;
  if (wanted == watched_) return true;
  watched_ = wanted;
  epoll_event event{};
  event.events = wanted;
  event.data.ptr = this;
  return ::epoll_ctl(thread_.epoll(), EPOLL_CTL_MOD, accepted_.socket.get(), &event) == 0;
}

void Connection::begin_linger() {
  TENON_ASSERT(state_ == State::Open);
  // The peer has said that it is done, so nothing unread can turn our close into a reset.
  if (eof_ != Eof::None || (!lingers_ && input_.size() == 0)) return begin_close();
  if (::shutdown(accepted_.socket.get(), SHUT_WR) != 0) return begin_close();
  state_ = State::Lingering;
  thread_.deadlines().set(*this, thread_.now() + thread_.linger_ns());
  const std::uint64_t unread = input_.size();
  input_.clear();
  input_.release_if_empty();
  return on_discarded(unread);
}

void Connection::discard() {
  bool lost = false;
  const std::optional<std::size_t> n =
      receive_some(accepted_.socket.get(), thread_.scratch(), lost);
  if (lost || (n && *n == 0)) return begin_close();
  return on_discarded(n.value_or(0));
}

void Connection::on_discarded(std::uint64_t bytes) {
  discarded_ += bytes;
  if (discarded_ > kLingerBytesMax || !watch()) return begin_close();
}

void Connection::begin_close() {
  if (output_.active() || wants_abort_) {
    // An answer that was cut off must not look complete, so the peer gets a reset, not an end.
    const linger hard{1, 0};
    ::setsockopt(accepted_.socket.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }
  return thread_.release(*this);
}

void Connection::finish() {
  // Closing alone would leave it in epoll as long as a process that is being started has a copy.
  ::epoll_ctl(thread_.epoll(), EPOLL_CTL_DEL, accepted_.socket.get(), nullptr);
  if (session_) thread_.sessions().closed(std::exchange(session_, nullptr), thread_.now());
  accepted_.socket.reset();
}

}  // namespace tenon::mpm
