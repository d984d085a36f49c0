// SPDX-License-Identifier: Apache-2.0
#include "event/control_channel.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include <fcntl.h>

namespace tenon::mpm {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
// Instead of the number of a descriptor.
constexpr std::int64_t kSentAlong = -2;

}  // namespace

ControlChannel::ControlChannel(
    UniqueFd to_child, UniqueFd from_child, std::vector<Message> messages, WantedReader read_wanted
)
    : to_child_(std::move(to_child)),
      from_child_(std::move(from_child)),
      read_wanted_(std::move(read_wanted)),
      handshake_(std::move(messages)) {}

ControlChannel::~ControlChannel() {
  join();
}

void ControlChannel::start() {
  thread_ = start_thread("tenon channel", [this] { run(); });
}

ControlHandshake::State ControlChannel::state() {
  const std::scoped_lock lock(mutex_);
  return handshake_.state();
}

std::string ControlChannel::why() {
  const std::scoped_lock lock(mutex_);
  return handshake_.why();
}

bool ControlChannel::drain(const DrainMessage& message) {
  {
    const std::scoped_lock lock(mutex_);
    if (handshake_.state() != ControlHandshake::State::Ready) return false;
    handshake_.drain(message);
  }
  return send_pending();
}

bool ControlChannel::change_log(std::int64_t file) {
  {
    const std::scoped_lock lock(mutex_);
    if (handshake_.state() != ControlHandshake::State::Ready) return false;
    log_.reset(::fcntl(static_cast<int>(file), F_DUPFD_CLOEXEC, 0));
    if (!log_) return false;
    handshake_.change_log(LogMessage{kSentAlong});
  }
  return send_pending();
}

void ControlChannel::join() {
  if (thread_.joinable()) thread_.join();
}

void ControlChannel::run() {
  std::vector<char> bytes(kReadBytes);
  // A write that fails means that the child is gone, which the next read tells.
  send_pending();
  while (const std::size_t n = read_pipe(from_child_.get(), bytes)) {
    take_in({bytes.data(), n}, false);
    send_pending();
  }
  take_in({}, true);
}

void ControlChannel::take_in(std::string_view bytes, bool ended) {
  std::optional<std::string> wanted;
  {
    const std::scoped_lock lock(mutex_);
    handshake_.feed(bytes);
    wanted = handshake_.take_wanted();
    if (ended) handshake_.end_of_input();
    if (handshake_.state() != ControlHandshake::State::Talking) decided_.set();
  }
  if (wanted) answer_wanted(*wanted);
}

// The files are read without the lock: they may lie on a slow disk.
void ControlChannel::answer_wanted(std::string_view wanted) {
  Result<std::string> snapshot = read_wanted_(wanted);
  const std::scoped_lock lock(mutex_);
  if (snapshot) {
    handshake_.answer_wanted(std::move(*snapshot));
  } else {
    handshake_.refuse_wanted(snapshot.error().text());
  }
  if (handshake_.state() != ControlHandshake::State::Talking) decided_.set();
}

bool ControlChannel::send_pending() {
  std::string output;
  UniqueFd log;
  {
    const std::scoped_lock lock(mutex_);
    output = handshake_.take_output();
    if (!output.empty()) log = std::move(log_);
  }
  return output.empty() || send_bytes(to_child_.get(), output, log.get());
}

}  // namespace tenon::mpm
