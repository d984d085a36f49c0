// SPDX-License-Identifier: Apache-2.0
#include "event/inherited_listeners.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/endpoint.hpp"
#include "event/accepted.hpp"

namespace tenon::mpm {
namespace {

constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
constexpr long kMost = 1024;

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

long number(const std::string& text) {
  long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string take_name(std::string_view& names) {
  const std::size_t end = std::min(names.find(':'), names.size());
  const std::string name(names.substr(0, end));
  names.remove_prefix(std::min(end + 1, names.size()));
  return name;
}

bool option_is(int fd, int name, int value) {
  int is = 0;
  socklen_t bytes = sizeof is;
  return ::getsockopt(fd, SOL_SOCKET, name, &is, &bytes) == 0 && is == value;
}

// Of a TCP socket that listens.
std::optional<tenon_endpoint> address_of(int fd) {
  sockaddr_storage address{};
  socklen_t bytes = sizeof address;
  if (!option_is(fd, SO_TYPE, SOCK_STREAM) || !option_is(fd, SO_ACCEPTCONN, 1)) return std::nullopt;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes) != 0) return std::nullopt;
  if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return std::nullopt;
  return to_endpoint(address);
}

bool is_at(const tenon_endpoint& address, const tenon_listener& listener) {
  const std::size_t bytes = listener.family == 6 ? 16 : 4;
  return address.family == listener.family && address.port == listener.port &&
         std::memcmp(address.ip, listener.ip, bytes) == 0;
}

// As open_listener() makes its own; the configuration's backlog counts, not the manager's.
Result<Listener> make_ready(
    UniqueFd socket, const tenon_listener& listener, std::uint32_t backlog
) {
  if (socket && ::fcntl(socket.get(), F_SETFL, O_NONBLOCK) == 0 &&
      begin_listening(socket.get(), backlog)) {
    return Listener{std::move(socket), listener.port};
  }
  return fail(Error{
      {}, cannot_listen(listener, last_error("the service manager's socket is of no use").text())});
}

}  // namespace

InheritedListeners InheritedListeners::take() {
  InheritedListeners all;
  const std::string pid = take_variable("LISTEN_PID");
  const std::string count = take_variable("LISTEN_FDS");
  const std::string names = take_variable("LISTEN_FDNAMES");
  if (number(pid) != ::getpid()) return all;
  std::string_view left = names;
  for (long i = 0; i < std::min(number(count), kMost); ++i) {
    const int fd = kFirst + static_cast<int>(i);
    const std::string name = take_name(left);
    if (!set_cloexec(fd)) continue;
    const std::optional<tenon_endpoint> address = address_of(fd);
    all.sockets_.push_back(
        {UniqueFd(fd), name, address.has_value(), address.value_or(tenon_endpoint{})}
    );
  }
  return all;
}

std::optional<Result<Listener>> InheritedListeners::adopt(
    const tenon_listener& listener, std::uint32_t backlog
) {
  for (Socket& socket : sockets_) {
    if (!socket.listens || !is_at(socket.address, listener)) continue;
    socket.adopted = true;
    UniqueFd ours(::fcntl(socket.fd.get(), F_DUPFD_CLOEXEC, 0));
    return make_ready(std::move(ours), listener, backlog);
  }
  return std::nullopt;
}

std::vector<std::string> InheritedListeners::left_over() const {
  std::vector<std::string> sentences;
  for (const Socket& socket : sockets_) {
    const std::string name = socket.name.empty() ? "" : " (\"" + socket.name + "\")";
    if (!socket.listens) {
      sentences.push_back(
          "descriptor " + std::to_string(socket.fd.get()) + name +
          " of the service manager is no TCP socket that listens; take it out of the socket unit"
      );
    } else if (!socket.adopted) {
      const tenon_endpoint& at = socket.address;
      sentences.push_back(
          "the service manager listens on " + endpoint_text(at.family, at.ip, at.port) + name +
          " for us, but no listener has that address, so clients wait there in vain; add it to "
          "server.listen, or take it out of the socket unit"
      );
    }
  }
  return sentences;
}

}  // namespace tenon::mpm
