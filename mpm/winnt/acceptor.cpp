// SPDX-License-Identifier: Apache-2.0
#include "winnt/acceptor.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "common/faults.hpp"
#include "common/section_layout.hpp"

namespace tenon::mpm {
Acceptor::Acceptor(const Setup& setup, UniqueSocket listener)
    : setup_(setup),
      listener_(std::move(listener)),
      stop_(make_event(EventReset::Manual)),
      event_(make_event(EventReset::Automatic)),
      attempts_(setup.accepts) {
  setup_.limit->watch(event_.get());
}

void Acceptor::start() {
  thread_ = start_thread(
      L"tenon accept", [](void* self) { static_cast<Acceptor*>(self)->run(); }, this
  );
}

void Acceptor::begin_stop() {
  ::SetEvent(stop_.get());
}

void Acceptor::join() {
  if (!thread_) return;
  constexpr DWORD kAgainMs = 20;
  do {
    // Wakes a blocked accept(), which closing would not do while other processes hold the listener.
    // Repeated, because the thread may have been on its way into accept().
    const SrwGuard guard(lock_);
    ::CancelIoEx(as_handle(listener_.get()), nullptr);
  } while (::WaitForSingleObject(thread_.get(), kAgainMs) == WAIT_TIMEOUT);
  thread_.reset();
  listener_.reset();
}

void Acceptor::run() {
  use_accept_ex_ = setup_.use_accept_ex;
  while (!stopping()) {
    if (lost_) {
      wait_for_replacement();
    } else if (use_accept_ex_) {
      set_mode(TENON_ACCEPT_ACCEPTEX);
      run_accept_ex();
    } else {
      set_mode(TENON_ACCEPT_ACCEPT);
      run_accept();
    }
  }
  give_up_attempts();
  take_queued();
  for (; !held_.empty(); held_.pop_front()) {
    setup_.limit->acquire_beyond();
    setup_.adopter->adopt(std::move(held_.front()));
  }
  set_mode(TENON_ACCEPT_NONE);
}

bool Acceptor::stopping() const {
  return ::WaitForSingleObject(stop_.get(), 0) == WAIT_OBJECT_0;
}

void Acceptor::wait(DWORD milliseconds) {
  const HANDLE objects[] = {stop_.get(), event_.get()};
  ::WaitForMultipleObjects(2, objects, FALSE, milliseconds);
}

void Acceptor::set_mode(std::uint32_t mode) {
  store(setup_.slot->mode, mode);
  store(setup_.slot->paused, 0);
}

// A size that the system does not like is no reason to turn a client away.
void Acceptor::set_buffers(SOCKET socket) const {
  const auto set = [&](int option, int bytes) {
    if (bytes == 0) return;
    ::setsockopt(socket, SOL_SOCKET, option, reinterpret_cast<const char*>(&bytes), sizeof bytes);
  };
  set(SO_RCVBUF, setup_.receive_buffer_bytes);
  set(SO_SNDBUF, setup_.send_buffer_bytes);
}

void Acceptor::take(Accepted accepted) {
  set_buffers(accepted.socket.get());
  health_.on_success();
  add(setup_.slot->accepts, 1);
  held_.push_back(std::move(accepted));
  hand_held();
}

bool Acceptor::hand_held() {
  while (!held_.empty() && setup_.limit->try_acquire()) {
    setup_.adopter->adopt(std::move(held_.front()));
    held_.pop_front();
  }
  return held_.empty();
}

void Acceptor::pause_after(DWORD error) {
  const AcceptFault fault = classify_accept_error(error);
  count_fault(fault);
  const DWORD pause_ms = health_.on_fault(fault);
  if (pause_ms > 0) pause_until_ms_ = ::GetTickCount64() + pause_ms;
  const bool lost = fault == AcceptFault::Lost;
  if (lost) lose_listener();
  const bool is_ours = fault == AcceptFault::Resource || fault == AcceptFault::Other || lost;
  if (!is_ours || !health_.first_of_row()) return;
  const std::string what = "accepting on listener " + std::to_string(setup_.listener) +
                           (lost ? " needs another socket" : " pauses");
  const std::string text = system_error(error, what).text() + " (" + std::to_string(error) + ")";
  setup_.host->report(setup_.host->context, TENON_LOG_WARN, str(text));
}

void Acceptor::count_fault(AcceptFault fault) {
  switch (fault) {
    case AcceptFault::Client:
      return add(setup_.slot->client_errors, 1);
    case AcceptFault::Resource:
      return add(setup_.slot->resource_errors, 1);
    case AcceptFault::Refused:
    case AcceptFault::Lost:
    case AcceptFault::Other:
      return add(setup_.slot->other_errors, 1);
    case AcceptFault::Cancelled:
      return;
  }
}

void Acceptor::lose_listener() {
  const SrwGuard guard(lock_);
  lost_ = true;
  replacement_.reset();  // one that came earlier may be as dead
}

void Acceptor::replace(UniqueSocket listener) {
  const SrwGuard guard(lock_);
  if (!lost_) return;
  replacement_ = std::move(listener);
  ::SetEvent(event_.get());
}

bool Acceptor::take_replacement() {
  const SrwGuard guard(lock_);
  if (!replacement_) return false;
  listener_ = std::move(replacement_);
  lost_ = false;
  use_accept_ex_ = setup_.use_accept_ex;
  add(setup_.slot->replacements, 1);
  return true;
}

// Asks again and again: the control process may be busy, or the address taken for a while.
void Acceptor::wait_for_replacement() {
  constexpr DWORD kAgainMsMin = 100;
  constexpr DWORD kAgainMsMax = 5'000;
  DWORD again_ms = kAgainMsMin;
  set_mode(TENON_ACCEPT_NONE);
  store(setup_.slot->paused, 1);
  ULONGLONG ask_at_ms = pause_until_ms_;  // one loss after another is no reason to hurry
  while (!stopping() && !take_replacement()) {
    hand_held();
    const ULONGLONG now_ms = ::GetTickCount64();
    if (now_ms >= ask_at_ms) {
      if (setup_.source) setup_.source->lost(setup_.listener);
      ask_at_ms = now_ms + again_ms;
      again_ms = std::min(again_ms * 2, kAgainMsMax);
    }
    wait(static_cast<DWORD>(ask_at_ms - now_ms));
  }
}

void Acceptor::run_accept() {
  while (!stopping() && !lost_) {
    if (!hand_held() || is_paused()) {
      store(setup_.slot->paused, 1);
      // A fault's pause ends by itself; at max_connections the event tells.
      wait(held_.empty() ? AcceptHealth::kPauseMsMin : INFINITE);
      continue;
    }
    store(setup_.slot->paused, 0);
    if (setup_.use_accept_ex && ::GetTickCount64() >= retry_at_ms_) {
      use_accept_ex_ = true;
      return;
    }
    accept_one();
  }
}

// What a test wants to fail here. Losing the listener is done and not only said.
DWORD Acceptor::injected(std::string_view point) {
  const DWORD lost = injected_error("listener", setup_.listener);
  if (lost == ERROR_SUCCESS) return injected_error(point, setup_.listener);
  const SrwGuard guard(lock_);
  listener_.reset();
  return lost;
}

bool Acceptor::accept_one() {
  sockaddr_storage address{};
  int bytes = sizeof address;
  DWORD error = injected("accept");
  UniqueSocket socket;
  if (error == ERROR_SUCCESS) {
    socket.reset(::accept(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes));
    if (!socket) error = ::GetLastError();
  }
  if (error != ERROR_SUCCESS) {
    if (!stopping()) pause_after(error);
    return false;
  }
  // accept() makes sockets that children inherit, whatever the listener is.
  ::SetHandleInformation(as_handle(socket.get()), HANDLE_FLAG_INHERIT, 0);
  Accepted accepted;
  accepted.listener = setup_.listener;
  accepted.peer = to_endpoint(reinterpret_cast<const sockaddr*>(&address));
  bytes = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &bytes) == 0) {
    accepted.local = to_endpoint(reinterpret_cast<const sockaddr*>(&address));
  }
  accepted.socket = std::move(socket);
  take(std::move(accepted));
  return true;
}

// Who has connected before the stop is served, too. Asking does not change the shared listener, as
// non-blocking mode would; should the client be gone by the time of accept(), join() wakes us.
// No more than the backlog (and one) can have been queued; whoever comes later is not waited for.
void Acceptor::take_queued() {
  for (std::uint32_t i = 0; i <= setup_.backlog; ++i) {
    if (lost_) return;
    WSAPOLLFD listener{listener_.get(), POLLRDNORM, 0};
    if (::WSAPoll(&listener, 1, 0) != 1 || !accept_one()) return;
  }
}

}  // namespace tenon::mpm
