// SPDX-License-Identifier: Apache-2.0
#include "winnt/acceptor.hpp"

#include <string>
#include <utility>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

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
    ::CancelIoEx(as_handle(listener_.get()), nullptr);
  } while (::WaitForSingleObject(thread_.get(), kAgainMs) == WAIT_TIMEOUT);
  thread_.reset();
  listener_.reset();
}

void Acceptor::run() {
  if (setup_.use_accept_ex) look_up_accept_ex();
  while (!stopping()) {
    if (use_accept_ex_) {
      set_mode(TENON_ACCEPT_ACCEPTEX);
      run_accept_ex();
    } else {
      set_mode(TENON_ACCEPT_ACCEPT);
      run_accept();
    }
  }
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

void Acceptor::take(Accepted accepted) {
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
  const bool is_ours = fault == AcceptFault::Resource || fault == AcceptFault::Other;
  if (!is_ours || !health_.first_of_row()) return;
  const std::string text =
      system_error(error, "accepting on listener " + std::to_string(setup_.listener) + " pauses")
          .text() +
      " (" + std::to_string(error) + ")";
  setup_.host->report(setup_.host->context, TENON_LOG_WARN, str(text));
}

void Acceptor::count_fault(AcceptFault fault) {
  switch (fault) {
    case AcceptFault::Client:
      return add(setup_.slot->client_errors, 1);
    case AcceptFault::Resource:
      return add(setup_.slot->resource_errors, 1);
    case AcceptFault::Refused:
    case AcceptFault::Other:
      return add(setup_.slot->other_errors, 1);
    case AcceptFault::Cancelled:
      return;
  }
}

void Acceptor::run_accept() {
  while (!stopping()) {
    if (!hand_held() || is_paused()) {
      store(setup_.slot->paused, 1);
      // A fault's pause ends by itself; at max_connections the event tells.
      wait(held_.empty() ? AcceptHealth::kPauseMsMin : INFINITE);
      continue;
    }
    store(setup_.slot->paused, 0);
    if (accept_ex_ && get_addresses_ && ::GetTickCount64() >= retry_at_ms_) {
      use_accept_ex_ = true;
      return;
    }
    accept_one();
  }
}

bool Acceptor::accept_one() {
  sockaddr_storage address{};
  int bytes = sizeof address;
  UniqueSocket socket(::accept(listener_.get(), reinterpret_cast<sockaddr*>(&address), &bytes));
  if (!socket) {
    if (!stopping()) pause_after(::GetLastError());
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
    WSAPOLLFD listener{listener_.get(), POLLRDNORM, 0};
    if (::WSAPoll(&listener, 1, 0) != 1 || !accept_one()) return;
  }
}

}  // namespace tenon::mpm
