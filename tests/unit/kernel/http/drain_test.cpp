// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::IsEmpty;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

class Drain : public ::testing::Test {
 protected:
  Drain() {
    server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
      return server.text(request, "hello");
    });
  }
  ~Drain() override { EXPECT_THAT(server.mpm.breaches, IsEmpty()); }

  uint64_t in(uint64_t ns) { return server.mpm.now_ns + ns; }

  Server server;
};

TEST_F(Drain, ClosesIdleConnectionsAtOnceWhenTheServerStops) {
  Connection& fresh = server.connect();
  Connection& used = server.connect();
  used.send(kGet);
  server.mpm.run();
  for (Connection* const connection : {&fresh, &used}) {
    connection->drain(server.mpm.now_ns);
  }
  server.mpm.run();

  EXPECT_TRUE(fresh.closed);
  EXPECT_TRUE(used.closed);
}

TEST_F(Drain, ServesTheNextRequestOfAnIdleConnectionAndCloses) {
  Connection& connection = server.connect();
  server.mpm.run();
  connection.drain(in(5 * kSecond));
  server.mpm.run();
  EXPECT_FALSE(connection.closed);

  connection.send(kGet);
  server.mpm.run();

  EXPECT_EQ(answers(connection.take_output())[0].field("Connection"), "close");
  EXPECT_TRUE(connection.closed);
}

TEST_F(Drain, ClosesAnIdleConnectionAfterItsTime) {
  Connection& connection = server.connect();
  connection.drain(in(5 * kSecond));
  server.mpm.advance(5 * kSecond);

  EXPECT_TRUE(connection.closed);
  EXPECT_EQ(connection.take_output(), "");
}

TEST_F(Drain, LetsARequestThatHasBegunArrive) {
  Connection& connection = server.connect();
  connection.send(kGet.substr(0, 10));
  server.mpm.run();
  connection.drain(server.mpm.now_ns);
  connection.send(kGet.substr(10));
  server.mpm.run();

  EXPECT_EQ(answers(connection.take_output())[0].field("Connection"), "close");
  EXPECT_TRUE(connection.closed);
}

TEST_F(Drain, WaitsForTheRequestAfterAnAnswerThatPromisedToStay) {
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(kGet);
  server.mpm.run();
  connection.drain(in(5 * kSecond));
  EXPECT_FALSE(connection.asked_to_close);
  connection.behaviour.hold_sends = false;
  server.mpm.run();
  EXPECT_EQ(answers(connection.take_output())[0].field("Connection"), "");
  EXPECT_FALSE(connection.closed);

  connection.send(kGet);
  server.mpm.run();

  EXPECT_EQ(answers(connection.take_output())[0].field("Connection"), "close");
  EXPECT_TRUE(connection.closed);
}

}  // namespace
}  // namespace tenon::http
