// SPDX-License-Identifier: Apache-2.0
// The half of the acceptor that works with AcceptEx.
#include <utility>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "common/faults.hpp"
#include "common/section_layout.hpp"
#include "winnt/acceptor.hpp"

namespace tenon::mpm {
namespace {

// httpd's administrators know this line, so it reads as it always did.
constexpr std::string_view kFallbackLine = "winnt_accept: AcceptEx failed. Attempting to recover.";

// A function of the socket's own provider; what mswsock.dll exports under the name is only a
// wrapper, and under Wine one that does nothing. Null: the provider has none.
template <class Function>
Function extension(SOCKET socket, GUID id) {
  Function function = nullptr;
  DWORD bytes = 0;
  ::WSAIoctl(
      socket,
      SIO_GET_EXTENSION_FUNCTION_POINTER,
      &id,
      sizeof id,
      &function,
      sizeof function,
      &bytes,
      nullptr,
      nullptr
  );
  return function;
}

}  // namespace

DWORD Acceptor::look_up_accept_ex() {
  if (accept_ex_ && get_addresses_) return ERROR_SUCCESS;
  if (const DWORD error = injected("pointer")) return error;
  accept_ex_ = setup_.accept_ex;
  if (!accept_ex_) accept_ex_ = extension<LPFN_ACCEPTEX>(listener_.get(), WSAID_ACCEPTEX);
  if (accept_ex_) {
    get_addresses_ =
        extension<LPFN_GETACCEPTEXSOCKADDRS>(listener_.get(), WSAID_GETACCEPTEXSOCKADDRS);
  }
  if (accept_ex_ && get_addresses_) return ERROR_SUCCESS;
  // Whatever else the reason: AcceptEx is not to be had here.
  return ::GetLastError() == WSAENOTSOCK ? WSAENOTSOCK : WSAEOPNOTSUPP;
}

void Acceptor::fall_back() {
  setup_.host->report(setup_.host->context, TENON_LOG_WARN, str(kFallbackLine));
  add(setup_.slot->fallbacks, 1);
  use_accept_ex_ = false;
  retry_at_ms_ = ::GetTickCount64() + hurried_ms(setup_.retry_accept_ex_ms);
  health_.on_success();
}

void Acceptor::run_accept_ex() {
  while (!stopping() && use_accept_ex_ && !lost_)
    step_accept_ex();
  // The operations of a handle that is lost go on as long as another process has the socket.
  if (!lost_) give_up_attempts();
}

// Each one that was cancelled too late holds a connection, which is served like others.
void Acceptor::give_up_attempts() {
  constexpr DWORD kPatienceMs = 100;
  cancel_attempts();
  for (take_finished(); any_pending(); take_finished()) {
    if (::WaitForSingleObject(event_.get(), kPatienceMs) == WAIT_TIMEOUT) close_attempts();
  }
}

void Acceptor::step_accept_ex() {
  const bool took = take_finished();
  const bool may_accept = hand_held();
  const bool paused = !may_accept || is_paused();
  store(setup_.slot->paused, paused ? 1u : 0u);
  // At max_connections new clients wait in the system's queue, visibly, and not in ours.
  if (!may_accept) cancel_attempts();
  const bool posted = !paused && post_missing();
  if (health_.wants_fallback()) return fall_back();
  if (!took && !posted && !lost_) wait(is_paused() ? AcceptHealth::kRetryMs : INFINITE);
}

// Posts every attempt that is not pending. True: at least one was posted, so look again.
bool Acceptor::post_missing() {
  bool posted = false;
  if (const DWORD error = look_up_accept_ex()) {
    pause_after(error);
    return false;
  }
  for (Attempt& attempt : attempts_) {
    if (attempt.pending) continue;
    const DWORD error = post(attempt);
    posted = true;
    if (error == ERROR_SUCCESS) continue;
    attempt.socket.reset();
    pause_after(error);
    if (is_paused() || lost_) break;
  }
  return posted;
}

DWORD Acceptor::post(Attempt& attempt) {
  const int family = setup_.family == 6 ? AF_INET6 : AF_INET;
  attempt.socket.reset(::WSASocketW(
      family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT
  ));
  if (!attempt.socket) return ::GetLastError();
  attempt.overlapped = {};
  attempt.overlapped.hEvent = event_.get();
  DWORD bytes = 0;
  if (const DWORD error = injected("acceptex")) return error;
  // No receive buffer: with one, AcceptEx waits for the first bytes, and a few clients that connect
  // and say nothing would take all the attempts.
  const BOOL accepted = accept_ex_(
      listener_.get(),
      attempt.socket.get(),
      attempt.addresses,
      0,
      Attempt::kAddressBytes,
      Attempt::kAddressBytes,
      &bytes,
      &attempt.overlapped
  );
  const DWORD error = accepted ? ERROR_SUCCESS : ::GetLastError();
  attempt.pending = error == ERROR_SUCCESS || error == ERROR_IO_PENDING;
  return attempt.pending ? ERROR_SUCCESS : error;
}

// True: at least one had finished.
bool Acceptor::take_finished() {
  bool found = false;
  for (Attempt& attempt : attempts_) {
    if (!attempt.pending || !HasOverlappedIoCompleted(&attempt.overlapped)) continue;
    found = true;
    attempt.pending = false;
    DWORD error = completion_error(attempt.overlapped);
    if (error == ERROR_SUCCESS) error = injected_error("accepted", setup_.listener);
    if (error == ERROR_SUCCESS) {
      take_attempt(attempt);
    } else {
      attempt.socket.reset();
      pause_after(error);
    }
  }
  return found;
}

void Acceptor::take_attempt(Attempt& attempt) {
  UniqueSocket socket = std::move(attempt.socket);
  const SOCKET listener = listener_.get();
  // First of all: without it getpeername() and shutdown() do not work on the socket.
  if (::setsockopt(
          socket.get(),
          SOL_SOCKET,
          SO_UPDATE_ACCEPT_CONTEXT,
          reinterpret_cast<const char*>(&listener),
          sizeof listener
      ) != 0) {
    return pause_after(::GetLastError());
  }
  sockaddr* local = nullptr;
  sockaddr* peer = nullptr;
  int local_bytes = 0;
  int peer_bytes = 0;
  get_addresses_(
      attempt.addresses,
      0,
      Attempt::kAddressBytes,
      Attempt::kAddressBytes,
      &local,
      &local_bytes,
      &peer,
      &peer_bytes
  );
  Accepted accepted;
  accepted.listener = setup_.listener;
  accepted.local = to_endpoint(local);
  accepted.peer = to_endpoint(peer);
  accepted.socket = std::move(socket);
  take(std::move(accepted));
}

void Acceptor::cancel_attempts() {
  if (any_pending()) ::CancelIoEx(as_handle(listener_.get()), nullptr);
}

// Those that no handle of ours can cancel any more: an AcceptEx ends with the socket that it was to
// accept into.
void Acceptor::close_attempts() {
  for (Attempt& attempt : attempts_) {
    if (attempt.pending) attempt.socket.reset();
  }
}

bool Acceptor::any_pending() const {
  for (const Attempt& attempt : attempts_) {
    if (attempt.pending) return true;
  }
  return false;
}

}  // namespace tenon::mpm
