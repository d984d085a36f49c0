// SPDX-License-Identifier: Apache-2.0
#include "winnt/listener.hpp"

#include <cstring>
#include <utility>

#include "common/endpoint.hpp"
#include "common/faults.hpp"
#include "winnt/accepted.hpp"
#include "winnt/port_owner.hpp"

namespace tenon::mpm {
namespace {

std::string by(const std::string& who) {
  return who.empty() ? "" : " by " + who;
}

// What the operator can do about it; the codes are those that an address can cause.
std::string reason(const tenon_listener& listener, DWORD error) {
  const std::string code = " (" + std::to_string(error) + ")";
  switch (error) {
    case WSAEADDRINUSE:
      return "the address is already in use" + by(port_owner(listener)) + code +
             "; stop the program that holds it, or choose another port";
    case WSAEACCES:
      return "the address is denied to us" + code +
             ": another program holds it exclusively, or Windows has reserved the port (netsh int "
             "ipv4 show excludedportrange protocol=tcp); choose another port";
    case WSAEADDRNOTAVAIL:
      return "this machine has no such address" + code +
             "; use one of its own, or 0.0.0.0 for all of them";
    case WSAEAFNOSUPPORT:
      return "this machine does not speak that address family" + code +
             "; use an IPv4 address, or install IPv6";
    default:
      return system_error(error, "the system refused it" + code).text();
  }
}

ListenTrouble trouble_of(DWORD error) {
  if (error == WSAEADDRINUSE) return ListenTrouble::Taken;
  return error == WSAEAFNOSUPPORT ? ListenTrouble::NoSuchFamily : ListenTrouble::Other;
}

Failure<Error> cannot(const tenon_listener& listener, DWORD error, ListenTrouble& trouble) {
  trouble = trouble_of(error);
  return fail(Error{{}, cannot_listen(listener, reason(listener, error))});
}

int address_of(const tenon_listener& listener, sockaddr_storage& out) {
  out = {};
  if (listener.family == 6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = ::htons(listener.port);
    std::memcpy(&v6.sin6_addr, listener.ip, sizeof v6.sin6_addr);
    return sizeof v6;
  }
  auto& v4 = reinterpret_cast<sockaddr_in&>(out);
  v4.sin_family = AF_INET;
  v4.sin_port = ::htons(listener.port);
  std::memcpy(&v4.sin_addr, listener.ip, sizeof v4.sin_addr);
  return sizeof v4;
}

bool switch_on(SOCKET socket, int level, int name) {
  const DWORD on = 1;
  return ::setsockopt(socket, level, name, reinterpret_cast<const char*>(&on), sizeof on) == 0;
}

}  // namespace

Result<Listener> open_listener(const tenon_listener& listener, std::uint32_t backlog) {
  ListenTrouble ignored = ListenTrouble::Other;
  return open_listener(listener, backlog, ignored);
}

Result<Listener> open_listener(
    const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble
) {
  sockaddr_storage address;
  int bytes = address_of(listener, address);
  if (const DWORD error = injected_error("socket"); error != ERROR_SUCCESS) {
    return cannot(listener, error, trouble);
  }
  UniqueSocket socket(::WSASocketW(
      address.ss_family,
      SOCK_STREAM,
      IPPROTO_TCP,
      nullptr,
      0,
      WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT
  ));
  if (!socket) return cannot(listener, ::GetLastError(), trouble);
  // Without it any other program may bind the same address and take our clients away.
  if (!switch_on(socket.get(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE) ||
      (listener.family == 6 && !switch_on(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY)) ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), bytes) != 0 ||
      ::listen(socket.get(), static_cast<int>(backlog)) != 0 ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &bytes) != 0) {
    return cannot(listener, ::GetLastError(), trouble);
  }
  return Listener{std::move(socket), to_endpoint(reinterpret_cast<const sockaddr*>(&address)).port};
}

Result<std::string> share_listener(SOCKET socket, DWORD process_id) {
  WSAPROTOCOL_INFOW info{};
  if (::WSADuplicateSocketW(socket, process_id, &info) != 0) {
    return fail(last_error("duplicating a listener for the child"));
  }
  return std::string(reinterpret_cast<const char*>(&info), sizeof info);
}

bool is_alive(SOCKET socket) {
  BOOL listens = FALSE;
  int bytes = sizeof listens;
  return ::getsockopt(
             socket, SOL_SOCKET, SO_ACCEPTCONN, reinterpret_cast<char*>(&listens), &bytes
         ) == 0 &&
         listens;
}

Result<std::string> share_again(
    Listener& ours, const tenon_listener& listener, std::uint32_t backlog, DWORD process_id
) {
  if (injected_error("control_listener") != ERROR_SUCCESS) ours.socket.reset();
  if (!is_alive(ours.socket.get())) {
    ours.socket.reset();  // it may hold the address still
    tenon_listener same = listener;
    same.port = ours.port;  // clients know it, also where the configuration says 0
    Result<Listener> again = open_listener(same, backlog);
    if (!again) return fail(again.error());
    ours = std::move(*again);
  }
  return share_listener(ours.socket.get(), process_id);
}

Result<UniqueSocket> receive_listener(const std::string& payload) {
  WSAPROTOCOL_INFOW info{};
  if (payload.size() != sizeof info) return fail(Error{{}, "a LISTENER message of a wrong size"});
  std::memcpy(&info, payload.data(), sizeof info);
  UniqueSocket socket(::WSASocketW(
      FROM_PROTOCOL_INFO,
      FROM_PROTOCOL_INFO,
      FROM_PROTOCOL_INFO,
      &info,
      0,
      WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT
  ));
  if (!socket) return fail(last_error("opening a listener of the control process"));
  return socket;
}

}  // namespace tenon::mpm
