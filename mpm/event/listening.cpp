// SPDX-License-Identifier: Apache-2.0
#include "event/listening.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <tenon/cpp/text.hpp>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

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

bool is_wildcard(const tenon_endpoint& endpoint) {
  return std::all_of(std::begin(endpoint.ip), std::end(endpoint.ip), [](auto byte) {
    return byte == 0;
  });
}

tenon_endpoint local_endpoint(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return to_endpoint(address);
}

}  // namespace

Listening::Listening(const Setup& setup, UniqueFd listener)
    : setup_(setup),
      listener_(std::move(listener)),
      local_(local_endpoint(listener_.get())),
      has_many_addresses_(is_wildcard(local_)) {
  store(setup_.slot->mode, TENON_ACCEPT_EPOLL);
}

void Listening::watch(int epoll, Watched& target) {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.ptr = &target;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, listener_.get(), &event) == 0) sets_.push_back(epoll);
}

void Listening::unwatch(int epoll) {
  const std::scoped_lock lock(mutex_);
  if (std::erase(sets_, epoll) == 0) return;
  ::epoll_ctl(epoll, EPOLL_CTL_DEL, listener_.get(), nullptr);
}

// The place first: whoever stops the listener waits afterwards until all places are free.
Listening::Taken Listening::accept(Accepted& accepted) {
  const Taken taken = stopping_ ? Taken::None : accept_one(accepted);
  if (taken != Taken::One) setup_.limit->release();
  return taken;
}

Listening::Taken Listening::accept_one(Accepted& accepted) {
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
  if (faulty_.load(std::memory_order_relaxed)) faulty_ = false;
  accepted.listener = setup_.listener;
  accepted.peer = to_endpoint(address);
  accepted.local = has_many_addresses_ ? local_endpoint(accepted.socket.get()) : local_;
  add(setup_.slot->accepts, 1);
  return Taken::One;
}

Listening::Taken Listening::fail_accept(int code) {
  if (code == EAGAIN || stopping_) return Taken::None;
  add(is_shortage(code) ? setup_.slot->resource_errors : setup_.slot->other_errors, 1);
  if (!faulty_.exchange(true)) {
    const std::string line = "listener " + std::string(setup_.slot->name) +
                             ": accepting pauses: " + system_error(code, "accept").text();
    setup_.host->report(setup_.host->context, TENON_LOG_WARN, str(line));
  }
  return Taken::Failed;
}

void Listening::set_paused(bool paused) {
  store(setup_.slot->paused, paused ? 1 : 0);
}

void Listening::leave_all_sets() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  for (const int epoll : sets_)
    ::epoll_ctl(epoll, EPOLL_CTL_DEL, listener_.get(), nullptr);
  sets_.clear();
}

// The system cannot have queued more than the backlog (and one) when we began; whoever comes later
// is not waited for.
void Listening::stop(Adopter& adopter) {
  leave_all_sets();
  for (std::uint32_t i = 0; i <= setup_.backlog; ++i) {
    Accepted accepted;
    setup_.limit->acquire_beyond();
    if (accept_one(accepted) != Taken::One) {
      setup_.limit->release();
      break;
    }
    adopter.adopt(std::move(accepted));
  }
  // An I/O thread may be about to accept, so its number must not become another file's.
  const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup3(nothing.get(), listener_.get(), O_CLOEXEC);
  store(setup_.slot->mode, TENON_ACCEPT_NONE);
}

}  // namespace tenon::mpm
