// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

// Damaged requests, cut anywhere, on connections that hold sends, end, expire, drain and get lost
// at random. Whatever comes, the kernel keeps the contract of mpm.h, and all that a client reads
// is well-formed. The seed of a failure is in its trace.
namespace tenon::http {
namespace {

using sim::Connection;
using sim::Server;
using Random = std::mt19937;

constexpr uint32_t kRounds = 300;
constexpr uint64_t kSecond = 1'000'000'000;

size_t below(Random& random, size_t bound) {
  return random() % bound;
}

std::string some_request(Random& random) {
  static const std::vector<std::string> kRequests = {
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /pool/%41/../b?c HTTP/1.1\r\nHost: example.com:80\r\nAccept: */*\r\n\r\n",
      "HEAD /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "POST /pool HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody",
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 20000\r\n\r\n" +
          std::string(20'000, 'b'),
      "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;x=y\r\nbody\r\n0\r\nT: v\r\n\r\n",
  };
  return kRequests[below(random, kRequests.size())];
}

// A few bytes changed, doubled or dropped, mostly those that mean something.
void damage(Random& random, std::string& bytes) {
  using namespace std::string_view_literals;
  static constexpr std::string_view kBytes = "\r\n :/%0a\t\0,;.*[]-19\xff\x7f"sv;
  for (size_t times = below(random, 4); times != 0; --times) {
    const size_t at = below(random, std::min<size_t>(bytes.size(), 120));
    const char byte = kBytes[below(random, kBytes.size())];
    switch (below(random, 3)) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes.insert(at, 1, byte);
        break;
      default:
        bytes.erase(at, 1);
        break;
    }
  }
}

void disturb(Random& random, Server& server, Connection& connection) {
  switch (below(random, 10)) {
    case 0:
      return connection.finish();
    case 1:
      return connection.lose();
    case 2:
      return connection.drain(server.mpm.now_ns + below(random, 2) * kSecond);
    case 3:
      return server.mpm.advance(below(random, 40) * kSecond);
    case 4:
      connection.behaviour.hold_sends = true;
      return;
    case 5:
      connection.behaviour.hold_sends = false;
      return;
    case 6:
      server.mpm.run_pool();
      return;
    default:
      return server.mpm.run();
  }
}

void play(uint32_t seed) {
  Random random(seed);
  Server server(below(random, 3));
  const auto echo = [&server](tenon_req* request, const tenon_req_info&) {
    tenon_buf body{};
    EXPECT_EQ(server.host.body(request, &body), TENON_OK);
    return server.text(request, view(body));
  };
  server.route("/pool/*", echo, TENON_RUN_POOL);
  server.route("/*", echo);
  Connection& connection = server.connect();
  for (size_t i = 0; i < 6; ++i) {
    std::string bytes = some_request(random);
    if (below(random, 2) == 0) damage(random, bytes);
    connection.behaviour.bytes_per_receive = 1 + below(random, bytes.size());
    connection.send(bytes);
    disturb(random, server, connection);
  }
  connection.behaviour.hold_sends = false;
  server.mpm.run_all();

  EXPECT_THAT(server.mpm.breaches, ::testing::IsEmpty());
  const std::string output = connection.take_output();
  EXPECT_TRUE(output.empty() || output.starts_with("HTTP/1.1 ")) << output.substr(0, 200);
}

TEST(SessionAtRandom, KeepsItsContract) {
  for (uint32_t seed = 1; seed <= kRounds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    play(seed);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace tenon::http
