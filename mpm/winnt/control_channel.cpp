// SPDX-License-Identifier: Apache-2.0
#include "winnt/control_channel.hpp"

#include <array>
#include <optional>
#include <utility>

#include "winnt/pipe.hpp"

namespace tenon::mpm {

ControlChannel::ControlChannel(
    UniqueHandle to_child,
    UniqueHandle from_child,
    std::vector<Message> messages,
    WantedReader read_wanted
)
    : to_child_(std::move(to_child)),
      from_child_(std::move(from_child)),
      read_wanted_(std::move(read_wanted)),
      decided_(make_event(EventReset::Manual)),
      lost_(make_event(EventReset::Manual)),
      handshake_(std::move(messages)) {}

ControlChannel::~ControlChannel() {
  join();
}

void ControlChannel::start() {
  thread_ = start_thread(
      L"tenon channel", [](void* self) { static_cast<ControlChannel*>(self)->run(); }, this
  );
}

void ControlChannel::join() {
  if (thread_) wait_for(thread_);
  thread_.reset();
}

ControlHandshake::State ControlChannel::state() {
  const SrwGuard guard(lock_);
  return handshake_.state();
}

std::string ControlChannel::why() {
  const SrwGuard guard(lock_);
  return handshake_.why();
}

bool ControlChannel::drain(const DrainMessage& message) {
  std::string bytes;
  {
    const SrwGuard guard(lock_);
    if (handshake_.state() != ControlHandshake::State::Ready) return false;
    handshake_.drain(message);
    bytes = handshake_.take_output();
  }
  // The child has read everything else, so this fits into the pipe's buffer and cannot block.
  return write_pipe(to_child_.get(), bytes);
}

std::vector<std::uint32_t> ControlChannel::take_lost() {
  const SrwGuard guard(lock_);
  ::ResetEvent(lost_.get());
  return handshake_.take_lost();
}

bool ControlChannel::replace(std::uint32_t index, std::string socket) {
  std::string bytes;
  {
    const SrwGuard guard(lock_);
    if (handshake_.state() != ControlHandshake::State::Ready) return false;
    handshake_.replace(ListenerMessage{index, std::move(socket)});
    bytes = handshake_.take_output();
  }
  return write_pipe(to_child_.get(), bytes);
}

bool ControlChannel::change_log(std::int64_t file) {
  std::string bytes;
  {
    const SrwGuard guard(lock_);
    if (handshake_.state() != ControlHandshake::State::Ready) return false;
    handshake_.change_log(LogMessage{file});
    bytes = handshake_.take_output();
  }
  return write_pipe(to_child_.get(), bytes);
}

void ControlChannel::run() {
  std::array<char, 4096> bytes;
  while (send_pending()) {
    const std::size_t n = read_pipe(from_child_.get(), bytes);
    take_in({bytes.data(), n}, n == 0);
    if (n == 0) return;
  }
  // The child does not read any more, but may have said why.
  while (const std::size_t n = read_pipe(from_child_.get(), bytes)) {
    take_in({bytes.data(), n}, false);
  }
  take_in({}, true);
}

void ControlChannel::take_in(std::string_view bytes, bool ended) {
  std::optional<std::string> wanted;
  {
    const SrwGuard guard(lock_);
    handshake_.feed(bytes);
    wanted = handshake_.take_wanted();
    if (handshake_.has_lost()) ::SetEvent(lost_.get());
    if (ended) handshake_.end_of_input();
    if (handshake_.state() != ControlHandshake::State::Talking) ::SetEvent(decided_.get());
  }
  if (wanted) answer_wanted(*wanted);
}

// The files are read without the lock: they may lie on a slow disk.
void ControlChannel::answer_wanted(std::string_view wanted) {
  Result<std::string> snapshot = read_wanted_(wanted);
  const SrwGuard guard(lock_);
  if (snapshot) {
    handshake_.answer_wanted(std::move(*snapshot));
  } else {
    handshake_.refuse_wanted(snapshot.error().text());
  }
  if (handshake_.state() != ControlHandshake::State::Talking) ::SetEvent(decided_.get());
}

bool ControlChannel::send_pending() {
  std::string bytes;
  {
    const SrwGuard guard(lock_);
    // Once the child is ready only drain() and replace() write.
    if (handshake_.state() != ControlHandshake::State::Talking) return true;
    bytes = handshake_.take_output();
  }
  return write_pipe(to_child_.get(), bytes);
}

}  // namespace tenon::mpm
