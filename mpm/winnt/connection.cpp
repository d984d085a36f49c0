// SPDX-License-Identifier: Apache-2.0
#include "winnt/connection.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include "winnt/io_thread.hpp"

namespace tenon::mpm {
namespace {

tenon_step fresh_step() {
  tenon_step step{};
  step.struct_size = sizeof step;
  return step;
}

void set_option(SOCKET socket, int level, int name, const void* value, int size) {
  // Refused only when the connection is lost already, which the next operation tells.
  ::setsockopt(socket, level, name, static_cast<const char*>(value), size);
}

}  // namespace

Connection::Connection(IoThread& thread, Accepted accepted)
    : thread_(thread),
      accepted_(std::move(accepted)),
      receive_(
          *this, [](Connection& self, DWORD bytes, DWORD error) { self.on_received(bytes, error); }
      ),
      output_(
          *this,
          [](Connection& self, DWORD bytes, DWORD error) { self.on_sent(bytes, error); },
          [](Connection& self, DWORD bytes, DWORD error) { self.on_read(bytes, error); }
      ) {}

Connection::~Connection() {
  TENON_ASSERT(!receive_.pending);
  TENON_ASSERT(!output_.pending());
}

void Connection::open() {
  const SOCKET socket = accepted_.socket.get();
  if (!::CreateIoCompletionPort(as_handle(socket), thread_.port(), 0, 0)) return begin_close();
  const BOOL on = TRUE;
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

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
    return begin_close();
  }
  apply(step);
  return thread_.is_draining() ? on_drain() : advance();
}

void Connection::on_deadline() {
  if (state_ == State::Closing) return;
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

void Connection::wake() {
  thread_.wake(*this);
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
  constexpr uint32_t kOutput = TENON_DO_WRITE | TENON_DO_SEND_FILE | TENON_DO_READ_FILE;
  if (step.actions & kOutput) output_.begin(step);
  if (step.actions & TENON_DO_CLOSE) wants_close_ = true;
  if (step.actions & TENON_DO_NOT_LINGER) lingers_ = false;
  if (step.actions & TENON_DO_ABORT) wants_abort_ = true;
}

void Connection::advance() {
  do {
    TENON_ASSERT(state_ == State::Open);
    if (wants_abort_) return begin_close();
    if (!output_.pump(accepted_.socket.get(), thread_.port(), thread_.chunks())) {
      return begin_close();
    }
    if (wants_close_ && !output_.active()) return begin_linger();
  } while (deliver_next());
  if (!submit_receive()) return begin_close();
}

// Gives the kernel the one event that is due, if any. Each may give a step with something to do
// right away, such as the answer to a pipelined request: hence the loop in advance(), where a
// recursion would grow with what the client sends.
bool Connection::deliver_next() {
  tenon_step step = fresh_step();
  if (const std::optional<std::uint64_t> bytes = output_.take_finished()) {
    const auto tell = output_.is_reading() ? thread_.sessions().file_read : thread_.sessions().sent;
    tell(session_, *bytes, thread_.now(), &step);
    apply(step);
    // The blocks of a file are kept from step to step, but not by an idle connection.
    if (!output_.active()) output_.release_file();
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

// A receive stays posted whenever there is room for it: that is how the loss of the peer is noticed
// while a hook runs or an answer is sent.
bool Connection::submit_receive() {
  if (receive_.pending || eof_ != Eof::None) return true;
  if (thread_.is_crowded() && input_.size() == 0 && !probing_) {
    input_.release_if_empty();
    probing_ = true;
    return start_receive({});
  }
  probing_ = false;
  const std::optional<std::span<char>> room = input_.prepare(wants_read_ ? read_beyond_ : 0);
  return room && (room->empty() || start_receive(*room));
}

bool Connection::start_receive(std::span<char> room) {
  WSABUF buffer{static_cast<ULONG>(room.size()), room.data()};
  DWORD flags = 0;
  receive_.begin();
  return receive_.submitted(
      ::WSARecv(accepted_.socket.get(), &buffer, 1, nullptr, &flags, &receive_, nullptr) == 0
  );
}

void Connection::on_received(DWORD bytes, DWORD error) {
  if (state_ == State::Closing) return join_close();
  if (error != 0) return begin_close();
  if (probing_) {
    // Bytes or the end are there; probing_ still set makes the next receive bring them.
    return state_ == State::Lingering ? on_discarded(0) : advance();
  }
  if (state_ == State::Lingering) return bytes == 0 ? begin_close() : on_discarded(bytes);
  if (bytes == 0) {
    eof_ = Eof::Seen;
  } else {
    input_.commit(bytes);
  }
  return advance();
}

void Connection::on_sent(DWORD bytes, DWORD error) {
  if (state_ == State::Closing) return join_close();
  if (!output_.on_sent(bytes, error)) return begin_close();
  return advance();
}

void Connection::on_read(DWORD bytes, DWORD error) {
  if (state_ == State::Closing) return join_close();
  if (!output_.on_read(bytes, error)) return begin_close();
  return advance();
}

void Connection::begin_linger() {
  TENON_ASSERT(state_ == State::Open);
  // The peer has said that it is done, so nothing unread can turn our close into a reset.
  if (eof_ != Eof::None || (!lingers_ && input_.size() == 0)) return begin_close();
  if (::shutdown(accepted_.socket.get(), SD_SEND) != 0) return begin_close();
  state_ = State::Lingering;
  thread_.deadlines().set(*this, thread_.now() + thread_.linger_ns());
  const std::uint64_t unread = input_.size();
  input_.clear();
  return on_discarded(unread);
}

void Connection::on_discarded(std::uint64_t bytes) {
  discarded_ += bytes;
  if (discarded_ > kLingerBytesMax) return begin_close();
  if (!receive_.pending && !submit_receive()) return begin_close();
}

void Connection::begin_close() {
  if (state_ == State::Closing) return;
  state_ = State::Closing;
  thread_.deadlines().set(*this, 0);
  if (output_.active() || wants_abort_) {
    // An answer that was cut off must not look complete, so the peer gets a reset, not an end.
    const linger hard{1, 0};
    set_option(accepted_.socket.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  }
  // Always before closesocket(): a pending send whose socket is merely closed may not complete
  // before the peer reads it all.
  ::CancelIoEx(as_handle(accepted_.socket.get()), nullptr);
  output_.cancel();
  return join_close();
}

void Connection::join_close() {
  TENON_ASSERT(state_ == State::Closing);
  if (receive_.pending || output_.pending()) return;
  return thread_.release(*this);
}

void Connection::finish() {
  TENON_ASSERT(!receive_.pending && !output_.pending());
  if (session_) thread_.sessions().closed(std::exchange(session_, nullptr), thread_.now());
  accepted_.socket.reset();
}

}  // namespace tenon::mpm
