// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "tests/sim/script.hpp"

namespace tenon::sim {
namespace {

using namespace std::string_view_literals;

// Each is complete: it can be refused without another byte, and the connection ends.
constexpr auto kBad = std::to_array<std::string_view>({
    "\n"sv,
    "GET / HTTP/1.1\nHost: x\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\n\r\n"sv,
    "GET /\rHTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"sv,
    "GET / HTTP/2.0\r\nHost: x\r\n\r\n"sv,
    "GET / http/1.1\r\nHost: x\r\n\r\n"sv,
    "GET /\r\n\r\n"sv,
    "G@T / HTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET a HTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n"sv,
    "GET / HTTP/1.1\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost : x\r\n\r\n"sv,
    "GET / HTTP/1.1\r\n Host: x\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\nA: \x7f\r\n\r\n"sv,
    "GET / HTTP/1.1\r\nHost: x\r\nA: a\rb\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "fffffffffffffffff\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;\"\r\n"sv,
    "POST /pw/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA : b\r\n"sv,
    "POST /pp/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"sv,
    "POST /pl/echo/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"sv,
});

}  // namespace

std::string bad_request(Random& random) {
  switch (random.below(20)) {
    case 0:
      return "GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    case 1:
      return "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(40'000, 'a') + "\r\n\r\n";
    case 2: {
      std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
      for (int i = 0; i < 120; ++i) {
        many += "A: b\r\n";
      }
      return many + "\r\n";
    }
    default:
      return std::string(random.pick(kBad));
  }
}

}  // namespace tenon::sim
