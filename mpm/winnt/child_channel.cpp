// SPDX-License-Identifier: Apache-2.0
#include "winnt/child_channel.hpp"

#include <array>
#include <utility>

#include "winnt/pipe.hpp"

namespace tenon::mpm {
namespace {

// How long a child whose control process died during the start may take to notice.
constexpr DWORD kOrphanedStartMs = 10'000;

}  // namespace

ChildChannel::ChildChannel(UniqueHandle in, UniqueHandle out, Watchdog& watchdog)
    : in_(std::move(in)),
      out_(std::move(out)),
      watchdog_(watchdog) {
  // What we inherited is not for the processes that we start ourselves.
  ::SetHandleInformation(in_.get(), HANDLE_FLAG_INHERIT, 0);
  ::SetHandleInformation(out_.get(), HANDLE_FLAG_INHERIT, 0);
}

ChildChannel::~ChildChannel() {
  constexpr DWORD kAgainMs = 20;
  if (!thread_) return;
  // After a refusal the thread may still be reading; repeated, as it may be on its way into it.
  do {
    ::CancelSynchronousIo(thread_.get());
  } while (::WaitForSingleObject(thread_.get(), kAgainMs) == WAIT_TIMEOUT);
}

void ChildChannel::start() {
  thread_ = start_thread(
      L"tenon channel", [](void* self) { static_cast<ChildChannel*>(self)->run(); }, this
  );
}

bool ChildChannel::wait_for_start() {
  const SrwGuard guard(lock_);
  while (handshake_.state() == ChildHandshake::State::Collecting) {
    ::SleepConditionVariableSRW(&changed_, &lock_, INFINITE, 0);
  }
  return handshake_.state() == ChildHandshake::State::Loading;
}

bool ChildChannel::wait_for_wanted(std::string wanted) {
  const SrwGuard guard(lock_);
  if (handshake_.state() != ChildHandshake::State::Loading) return false;
  handshake_.want(std::move(wanted));
  flush();
  while (handshake_.state() == ChildHandshake::State::Waiting) {
    ::SleepConditionVariableSRW(&changed_, &lock_, INFINITE, 0);
  }
  return handshake_.state() == ChildHandshake::State::Loading;
}

void ChildChannel::ready() {
  const SrwGuard guard(lock_);
  if (handshake_.state() != ChildHandshake::State::Loading) return;  // control is gone
  handshake_.ready();
  flush();
}

void ChildChannel::refuse(const std::string& diagnostics) {
  const SrwGuard guard(lock_);
  if (handshake_.state() != ChildHandshake::State::Loading) return;
  handshake_.refuse(diagnostics);
  flush();
}

void ChildChannel::lost(std::uint32_t listener) {
  const SrwGuard guard(lock_);
  if (drain_ || handshake_.state() != ChildHandshake::State::Serving) return;
  handshake_.lost(listener);
  flush();
}

std::optional<ChildChannel::Order> ChildChannel::wait_for_order() {
  const SrwGuard guard(lock_);
  while (!drain_ && replacements_.empty() && handshake_.state() == ChildHandshake::State::Serving) {
    ::SleepConditionVariableSRW(&changed_, &lock_, INFINITE, 0);
  }
  if (drain_) return *drain_;
  if (replacements_.empty()) return std::nullopt;
  Order order = std::move(replacements_.front());
  replacements_.pop_front();
  return order;
}

void ChildChannel::on_hurry(std::function<void(const DrainMessage&)> hurry) {
  const SrwGuard guard(lock_);
  hurry_ = std::move(hurry);
}

void ChildChannel::on_log(std::function<void(const LogMessage&)> change) {
  const SrwGuard guard(lock_);
  change_log_ = std::move(change);
}

void ChildChannel::run() {
  std::array<char, 64 * 1024> bytes;
  while (const std::size_t n = read_pipe(in_.get(), bytes)) {
    if (!take_in({bytes.data(), n})) return;
  }
  const SrwGuard guard(lock_);
  if (handshake_.state() != ChildHandshake::State::Serving) watchdog_.arm(kOrphanedStartMs);
  handshake_.end_of_input();
  ::WakeAllConditionVariable(&changed_);
}

// False: nothing more will come that matters.
bool ChildChannel::take_in(std::string_view bytes) {
  const SrwGuard guard(lock_);
  handshake_.feed(bytes);
  flush();
  const std::optional<LogMessage> log = handshake_.take_log();
  if (log && change_log_) change_log_(*log);
  if (const std::optional<DrainMessage> drain = handshake_.take_drain()) {
    if (drain_ && hurry_) hurry_(*drain);
    drain_ = drain;
  }
  for (ListenerMessage& listener : handshake_.take_replacements())
    replacements_.push_back(std::move(listener));
  ::WakeAllConditionVariable(&changed_);
  return handshake_.state() != ChildHandshake::State::Refused;
}

void ChildChannel::flush() {
  // A failure means that the control process is gone, which the reader notices.
  write_pipe(out_.get(), handshake_.take_output());
}

}  // namespace tenon::mpm
