// SPDX-License-Identifier: Apache-2.0
#include "event/listener.hpp"

#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "common/endpoint.hpp"
#include "common/wire.hpp"
#include "event/accepted.hpp"
#include "event/port_owner.hpp"

namespace tenon::mpm {
namespace {

// What the operator can do about it; the codes are those that an address can cause.
std::string advice(int error) {
  switch (error) {
    case EADDRINUSE:
      return "; stop the program that holds it, or choose another port";
    case EACCES:
      return "; ports below 1024 need root or CAP_NET_BIND_SERVICE, others are free for all";
    case EADDRNOTAVAIL:
      return "; use an address of this machine, or 0.0.0.0 for all of them";
    case EAFNOSUPPORT:
      return "; use an IPv4 address, or switch IPv6 on";
    default:
      return {};
  }
}

ListenTrouble trouble_of(int error) {
  if (error == EADDRINUSE) return ListenTrouble::Taken;
  return error == EAFNOSUPPORT ? ListenTrouble::NoSuchFamily : ListenTrouble::Other;
}

Failure<Error> cannot(const tenon_listener& listener, int error, ListenTrouble& trouble) {
  trouble = trouble_of(error);
  std::string reason = std::error_code(error, std::system_category()).message();
  const std::string owner = trouble == ListenTrouble::Taken ? port_owner(listener) : "";
  if (!owner.empty()) reason += " by " + owner;
  return fail(Error{{}, cannot_listen(listener, reason + advice(error))});
}

socklen_t address_of(const tenon_listener& listener, sockaddr_storage& out) {
  out = {};
  if (listener.family == 6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(listener.port);
    std::memcpy(&v6.sin6_addr, listener.ip, sizeof v6.sin6_addr);
    return sizeof v6;
  }
  auto& v4 = reinterpret_cast<sockaddr_in&>(out);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(listener.port);
  std::memcpy(&v4.sin_addr, listener.ip, sizeof v4.sin_addr);
  return sizeof v4;
}

// What the system may hold of an answer that the peer's window does not let leave: else each client
// that reads slowly costs megabytes, and the time to hand them over, which others wait for.
constexpr int kUnsentBytesMax = 32 * 1024;

bool set(int socket, int level, int name, int value = 1) {
  return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

}  // namespace

bool begin_listening(int socket, std::uint32_t backlog) {
  return set(socket, IPPROTO_TCP, TCP_NODELAY) &&
         set(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentBytesMax) &&
         ::listen(socket, static_cast<int>(backlog)) == 0;
}

Result<Listener> open_listener(const tenon_listener& listener, std::uint32_t backlog) {
  ListenTrouble ignored = ListenTrouble::Other;
  return open_listener(listener, backlog, ignored);
}

Result<Listener> open_listener(
    const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble
) {
  sockaddr_storage address;
  socklen_t bytes = address_of(listener, address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  UniqueFd socket(
      ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP)
  );
  if (!socket) return cannot(listener, errno, trouble);
  // Here SO_REUSEADDR lets nobody share the address; it only ignores connections that have ended.
  if (!set(socket.get(), SOL_SOCKET, SO_REUSEADDR) ||
      (listener.family == 6 && !set(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY)) ||
      ::bind(socket.get(), generic, bytes) != 0 || !begin_listening(socket.get(), backlog) ||
      ::getsockname(socket.get(), generic, &bytes) != 0) {
    return cannot(listener, errno, trouble);
  }
  return Listener{std::move(socket), to_endpoint(address).port};
}

std::string share_listener(int socket) {
  WireWriter writer;
  writer.u64(static_cast<std::uint64_t>(socket));
  return writer.take();
}

Result<UniqueFd> receive_listener(const std::string& payload) {
  WireReader reader(payload);
  const auto number = static_cast<int>(reader.u64());
  if (!reader.done()) return fail(Error{{}, "a LISTENER message of a wrong size"});
  if (!set_cloexec(number)) return fail(last_error("opening a listener of the control process"));
  return UniqueFd(number);
}

}  // namespace tenon::mpm
