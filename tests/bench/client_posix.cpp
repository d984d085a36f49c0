// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>
#include <string_view>

#include "arguments.hpp"
#include "client.hpp"

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

}  // namespace
}  // namespace tenon::bench

int main(int count, char** arguments) {
  using namespace tenon::bench;
  const bool browser = count == 6 && std::string_view(arguments[5]) == "browser";
  const auto port = count >= 5 ? parse_number(arguments[1]) : std::nullopt;
  const auto requests = count >= 5 ? parse_number(arguments[4]) : std::nullopt;
  if (!port || *port > UINT16_MAX || !requests || (count > 5 && !browser)) {
    std::fprintf(stderr, "usage: bench_client PORT HOST PATH COUNT [browser]\n");
    return 2;
  }
  std::string request =
      "GET " + std::string(arguments[3]) + " HTTP/1.1\r\nHost: " + arguments[2] + "\r\n";
  if (browser) request += kBrowserFields;
  request += "\r\n";
  const int socket = connect_to(static_cast<uint16_t>(*port));
  for (size_t i = 0; i < *requests; ++i) {
    if (socket >= 0 && exchange(socket, request) != 0) continue;
    std::fprintf(stderr, "bench_client: request %zu failed\n", i);
    return 1;
  }
}
