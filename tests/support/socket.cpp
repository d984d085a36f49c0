// SPDX-License-Identifier: Apache-2.0
#include "support/socket.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace tenon::support {

bool Socket::wait(short events, const Deadline& deadline) const {
  for (;;) {
    pollfd polled{fd_.get(), events, 0};
    const int n = ::poll(&polled, 1, deadline.left_ms());
    if (n > 0) return true;
    if (n == 0 || errno != EINTR) return false;
  }
}

std::optional<Socket> Socket::connect(uint16_t port, Milliseconds time) {
  return connect_with(port, 0, time);
}

std::optional<Socket> Socket::connect_slow(uint16_t port, int receive_buffer) {
  return connect_with(port, receive_buffer, kPatience);
}

std::optional<Socket> Socket::connect_with(uint16_t port, int receive_buffer, Milliseconds time) {
  Socket socket(UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
  if (receive_buffer != 0)
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const int on = 1;
  ::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS)
    return std::nullopt;
  if (!socket.wait(POLLOUT, Deadline(time))) return std::nullopt;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return std::nullopt;
  return socket;
}

bool Socket::send(std::string_view bytes, Milliseconds time) {
  const Deadline deadline(time);
  while (!bytes.empty()) {
    if (!wait(POLLOUT, deadline)) return false;
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

int Socket::receive(std::string& into, Milliseconds time) {
  const Deadline deadline(time);
  char bytes[64 * 1024];
  for (;;) {
    if (!wait(POLLIN, deadline)) return -1;
    const ssize_t n = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n > 0) into.append(bytes, static_cast<size_t>(n));
    return static_cast<int>(n);
  }
}

bool Socket::receive_all(std::string& into, Milliseconds time) {
  const Deadline deadline(time);
  for (;;) {
    const int n = receive(into, Milliseconds(deadline.left_ms()));
    if (n <= 0) return n == 0;
  }
}

bool Socket::closed_by_peer(Milliseconds time) {
  const Deadline deadline(time);
  std::string dropped;
  for (;;) {
    dropped.clear();
    const int n = receive(dropped, Milliseconds(deadline.left_ms()));
    if (n <= 0) return n == 0 || !deadline.passed();
  }
}

void Socket::shutdown_write() {
  ::shutdown(fd_.get(), SHUT_WR);
}

void Socket::reset() {
  const linger hard{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  fd_.reset();
}

}  // namespace tenon::support
