// SPDX-License-Identifier: Apache-2.0
#include "event/child_channel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tenon::mpm {
namespace {

// How long a child whose control process died during the start may take to notice.
constexpr std::uint64_t kOrphanedStartNs = 10'000'000'000;
constexpr std::size_t kReadBytes = 64 * 1024;

}  // namespace

ChildChannel::ChildChannel(UniqueFd in, UniqueFd out, Watchdog& watchdog)
    : in_(std::move(in)),
      out_(std::move(out)),
      watchdog_(watchdog) {}

ChildChannel::~ChildChannel() {
  ended_.set();
  if (thread_.joinable()) thread_.join();
}

void ChildChannel::start() {
  thread_ = start_thread("tenon channel", [this] { run(); });
}

bool ChildChannel::wait_for_start() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return handshake_.state() != ChildHandshake::State::Collecting; });
  return handshake_.state() == ChildHandshake::State::Loading;
}

bool ChildChannel::wait_for_wanted(std::string wanted) {
  std::unique_lock lock(mutex_);
  if (handshake_.state() != ChildHandshake::State::Loading) return false;
  handshake_.want(std::move(wanted));
  flush();
  changed_.wait(lock, [this] { return handshake_.state() != ChildHandshake::State::Waiting; });
  return handshake_.state() == ChildHandshake::State::Loading;
}

void ChildChannel::ready() {
  const std::scoped_lock lock(mutex_);
  if (handshake_.state() != ChildHandshake::State::Loading) return;  // control is gone
  handshake_.ready();
  flush();
}

void ChildChannel::refuse(const std::string& diagnostics) {
  const std::scoped_lock lock(mutex_);
  if (handshake_.state() != ChildHandshake::State::Loading) return;
  handshake_.refuse(diagnostics);
  flush();
}

std::optional<DrainMessage> ChildChannel::wait_for_drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return drain_ || handshake_.state() != ChildHandshake::State::Serving;
  });
  return drain_;
}

void ChildChannel::on_hurry(std::function<void(const DrainMessage&)> hurry) {
  const std::scoped_lock lock(mutex_);
  hurry_ = std::move(hurry);
}

void ChildChannel::on_log(std::function<void(UniqueFd)> change) {
  const std::scoped_lock lock(mutex_);
  change_log_ = std::move(change);
}

void ChildChannel::run() {
  std::vector<char> bytes(kReadBytes);
  const std::array fds = {in_.get(), ended_.fd()};
  while (wait_any(fds, -1) == 0) {
    const std::size_t n = receive_bytes(in_.get(), bytes, log_);
    if (n == 0) break;
    if (!take_in({bytes.data(), n})) return;
  }
  const std::scoped_lock lock(mutex_);
  if (handshake_.state() != ChildHandshake::State::Serving) watchdog_.arm(kOrphanedStartNs);
  handshake_.end_of_input();
  changed_.notify_all();
}

// False: nothing more will come that matters.
bool ChildChannel::take_in(std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  handshake_.feed(bytes);
  flush();
  // The newest file comes with or before its message, and counts at once.
  if (handshake_.take_log() && change_log_ && log_) change_log_(std::move(log_));
  if (const std::optional<DrainMessage> drain = handshake_.take_drain()) {
    if (drain_ && hurry_) hurry_(*drain);
    drain_ = drain;
  }
  changed_.notify_all();
  return handshake_.state() != ChildHandshake::State::Refused;
}

void ChildChannel::flush() {
  // A failure means that the control process is gone, which the reader notices.
  write_pipe(out_.get(), handshake_.take_output());
}

}  // namespace tenon::mpm
