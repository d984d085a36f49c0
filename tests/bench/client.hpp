// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

// What the clients share, for servers on this machine whose answers have a Content-Length.
namespace tenon::bench {

inline int connect_to(uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const name = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(socket, name, sizeof address) != 0) return -1;
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

// The whole length of the answer that `text` begins with; 0: its head is not complete.
inline size_t answer_size(std::string_view text) {
  constexpr std::string_view kField = "\r\nContent-Length: ";
  const size_t end = text.find("\r\n\r\n");
  const size_t field = text.substr(0, end).find(kField);
  if (end == text.npos || field == text.npos) return 0;
  return end + 4 + std::strtoul(text.data() + field + kField.size(), nullptr, 10);
}

inline bool send_request(int socket, std::string_view request) {
  return ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(request.size());
}

// One request and its answer, of at most 64 KiB. The size of the answer; 0: something else came.
inline size_t exchange(int socket, std::string_view request) {
  char answer[64 * 1024];
  if (!send_request(socket, request)) return 0;
  size_t size = 0;
  size_t wanted = 0;
  while (wanted == 0 || size < wanted) {
    const ssize_t n = ::recv(socket, answer + size, sizeof answer - 1 - size, 0);
    if (n <= 0) return 0;
    size += static_cast<size_t>(n);
    answer[size] = 0;
    wanted = answer_size({answer, size});
  }
  return size == wanted && std::string_view(answer).starts_with("HTTP/1.1 200 ") ? size : 0;
}

}  // namespace tenon::bench
