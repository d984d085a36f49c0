// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "arguments.hpp"

// The client that instructions are counted with: COUNT requests over one connection, one at a
// time, so that the server does the same for each of them. Unlike a load generator it sends exactly
// that many, and a browser's fields when asked to.
namespace tenon::bench {
namespace {

constexpr std::string_view kBrowserFields =
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 "
    "Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    "\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "DNT: 1\r\n"
    "Connection: keep-alive\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Site: none\r\n"
    "Priority: u=0, i\r\n";

int connect_to(uint16_t port) {
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
size_t answer_size(std::string_view text) {
  constexpr std::string_view kField = "\r\nContent-Length: ";
  const size_t end = text.find("\r\n\r\n");
  const size_t field = text.substr(0, end).find(kField);
  if (end == text.npos || field == text.npos) return 0;
  return end + 4 + std::strtoul(text.data() + field + kField.size(), nullptr, 10);
}

bool exchange(int socket, std::string_view request) {
  char answer[64 * 1024];
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return false;
  }
  size_t size = 0;
  size_t wanted = 0;
  while (wanted == 0 || size < wanted) {
    const ssize_t n = ::recv(socket, answer + size, sizeof answer - 1 - size, 0);
    if (n <= 0) return false;
    size += static_cast<size_t>(n);
    answer[size] = 0;
    wanted = answer_size({answer, size});
  }
  return size == wanted && std::string_view(answer).starts_with("HTTP/1.1 200 ");
}

}  // namespace
}  // namespace tenon::bench

int main(int count, char** arguments) {
  using namespace tenon::bench;
  const bool browser = count == 5 && std::string_view(arguments[4]) == "browser";
  const auto port = count >= 4 ? parse_number(arguments[1]) : std::nullopt;
  const auto requests = count >= 4 ? parse_number(arguments[3]) : std::nullopt;
  if (!port || *port > UINT16_MAX || !requests || (count == 5 && !browser)) {
    std::fprintf(stderr, "usage: bench_client PORT PATH COUNT [browser]\n");
    return 2;
  }
  std::string request = "GET " + std::string(arguments[2]) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (browser) request += kBrowserFields;
  request += "\r\n";
  const int socket = connect_to(static_cast<uint16_t>(*port));
  for (size_t i = 0; i < *requests; ++i) {
    if (socket >= 0 && exchange(socket, request)) continue;
    std::fprintf(stderr, "bench_client: request %zu failed\n", i);
    return 1;
  }
}
