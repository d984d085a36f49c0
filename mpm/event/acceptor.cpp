// SPDX-License-Identifier: Apache-2.0
#include "event/acceptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <tenon/cpp/text.hpp>

#include <sys/socket.h>

#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

// Connections accepted before the flag is looked at again.
constexpr int kTurnMax = 64;

// A client can cause these at will, and accept(2) hands them on: never more than counted.
bool is_clients_fault(int code) {
  constexpr std::array codes = {
      ECONNABORTED,
      EPROTO,
      EPERM,
      ENETDOWN,
      ENETUNREACH,
      EHOSTDOWN,
      EHOSTUNREACH,
      ENONET,
      ETIMEDOUT};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool is_shortage(int code) {
  return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

tenon_endpoint local_endpoint(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return to_endpoint(address);
}

}  // namespace

Acceptor::Acceptor(const Setup& setup, UniqueFd listener)
    : setup_(setup),
      listener_(std::move(listener)) {
  setup_.limit->watch(flag_);
}

void Acceptor::start() {
  store(setup_.slot->mode, TENON_ACCEPT_EPOLL);
  thread_ = start_thread("tenon accept", [this] { run(); });
}

void Acceptor::begin_stop() {
  stopping_ = true;
  flag_.set();
}

void Acceptor::join() {
  if (thread_.joinable()) thread_.join();
}

void Acceptor::run() {
  while (!stopping_) {
    wait();
    if (!stopping_) accept_ready();
  }
  accept_queued();
  listener_.reset();
  store(setup_.slot->mode, TENON_ACCEPT_NONE);
}

// For a connection, or while we pause for the flag or the time alone.
void Acceptor::wait() {
  const bool faulty = pause_ms_ > 0;
  const std::array fds = {flag_.fd(), paused_ || faulty ? -1 : listener_.get()};
  if (wait_any(fds, faulty ? static_cast<int>(pause_ms_) : -1) == 0) flag_.clear();
}

void Acceptor::accept_ready() {
  for (int turn = 0; turn < kTurnMax; ++turn) {
    const bool room = setup_.limit->try_acquire();
    set_paused(!room);
    if (!room || accept_one() != Taken::One) return;
  }
}

// The end of the listener: everybody whom the system has let in already is served. It cannot have
// queued more than the backlog (and one) when we began; whoever comes later is not waited for.
void Acceptor::accept_queued() {
  for (std::uint32_t i = 0; i <= setup_.backlog; ++i) {
    setup_.limit->acquire_beyond();
    if (accept_one() != Taken::One) return;
  }
}

Acceptor::Taken Acceptor::accept_one() {
  Accepted accepted;
  sockaddr_storage address{};
  int code = 0;
  do {
    socklen_t length = sizeof address;
    accepted.socket.reset(::accept4(
        listener_.get(),
        reinterpret_cast<sockaddr*>(&address),
        &length,
        SOCK_NONBLOCK | SOCK_CLOEXEC
    ));
    code = accepted.socket ? 0 : errno;
    if (is_clients_fault(code)) add(setup_.slot->client_errors, 1);
  } while (code == EINTR || is_clients_fault(code));
  if (code != 0) return fail_accept(code);
  pause_ms_ = 0;
  accepted.listener = setup_.listener;
  accepted.peer = to_endpoint(address);
  accepted.local = local_endpoint(accepted.socket.get());
  add(setup_.slot->accepts, 1);
  setup_.adopter->adopt(std::move(accepted));
  return Taken::One;
}

Acceptor::Taken Acceptor::fail_accept(int code) {
  setup_.limit->release();
  if (code == EAGAIN) {
    pause_ms_ = 0;
    return Taken::None;
  }
  add(is_shortage(code) ? setup_.slot->resource_errors : setup_.slot->other_errors, 1);
  if (pause_ms_ == 0 && !stopping_) {
    const std::string line = "listener " + std::string(setup_.slot->name) +
                             ": accepting pauses: " + system_error(code, "accept").text();
    setup_.host->report(setup_.host->context, TENON_LOG_WARN, str(line));
  }
  pause_ms_ = std::clamp(pause_ms_ * 2, kPauseMsMin, kPauseMsMax);
  store(setup_.slot->paused, 1);
  return Taken::Failed;
}

void Acceptor::set_paused(bool paused) {
  paused_ = paused;
  store(setup_.slot->paused, paused ? 1 : 0);
}

}  // namespace tenon::mpm
