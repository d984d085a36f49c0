// SPDX-License-Identifier: Apache-2.0
#include "winnt/accept_health.hpp"

#include <algorithm>

namespace tenon::mpm {

AcceptFault classify_accept_error(DWORD error) {
  switch (error) {
    case ERROR_NETNAME_DELETED:
    case ERROR_CONNECTION_ABORTED:
    case ERROR_SEM_TIMEOUT:
    case ERROR_UNEXP_NET_ERR:  // what Wine says of a peer that reset before it was accepted
    case ERROR_NETWORK_UNREACHABLE:
    case ERROR_HOST_UNREACHABLE:
    case ERROR_PORT_UNREACHABLE:
    case WSAECONNABORTED:
    case WSAECONNRESET:
    case WSAENETRESET:
    case WSAENETUNREACH:
    case WSAEHOSTUNREACH:
    case WSAETIMEDOUT:
    case WSAENOTCONN:
      return AcceptFault::Client;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_NO_SYSTEM_RESOURCES:
    case WSAENOBUFS:
    case WSAEMFILE:
      return AcceptFault::Resource;
    case WSAEINVAL:
    case WSAEOPNOTSUPP:
      return AcceptFault::Refused;
    case ERROR_OPERATION_ABORTED:
    case WSAEINTR:
      return AcceptFault::Cancelled;
    case WSAENOTSOCK:
    case ERROR_INVALID_HANDLE:
      return AcceptFault::Lost;
    default:
      return AcceptFault::Other;
  }
}

DWORD AcceptHealth::on_fault(AcceptFault fault) {
  if (fault == AcceptFault::Client || fault == AcceptFault::Cancelled) return 0;
  ++row_;
  if (fault == AcceptFault::Refused) {
    ++refusals_;
    return kRetryMs;
  }
  refusals_ = 0;
  // A socket that is lost for once is replaced at once.
  if (fault == AcceptFault::Lost && row_ == 1) return 0;
  pause_ms_ = pause_ms_ == 0 ? kPauseMsMin : std::min(pause_ms_ * 2, kPauseMsMax);
  return pause_ms_;
}

void AcceptHealth::on_success() {
  refusals_ = 0;
  row_ = 0;
  pause_ms_ = 0;
}

}  // namespace tenon::mpm
