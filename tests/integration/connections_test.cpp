// SPDX-License-Identifier: Apache-2.0
// Many requests on one connection, many connections at once.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/served.hpp"

namespace tenon::support {
namespace {

class Connections : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(usual_server().up()); }
  uint16_t port() const { return usual_server().port(); }
};

TEST_F(Connections, ThousandRequestsOnOne) {
  HttpConnection connection(port());

  for (int i = 0; i < 1000; ++i) {
    const Response answer = connection.request("GET", i % 2 == 0 ? "/" : "/hello");
    ASSERT_EQ(answer.status, 200) << "request " << i;
    ASSERT_TRUE(answer.complete) << "request " << i;
  }
}

TEST_F(Connections, TwentyPipelinedRequestsAreAnsweredInOrder) {
  HttpConnection connection(port());
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    const std::string body = "body " + std::to_string(i);
    requests += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
  }

  ASSERT_TRUE(connection.send(requests));

  for (int i = 0; i < 20; ++i) {
    const Response answer = connection.receive();
    ASSERT_EQ(answer.status, 200) << "answer " << i;
    EXPECT_EQ(answer.body, "body " + std::to_string(i));
  }
}

TEST_F(Connections, RequestInSingleBytes) {
  HttpConnection connection(port());

  for (const char byte : std::string("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    ASSERT_TRUE(connection.send(std::string_view(&byte, 1)));

  EXPECT_EQ(connection.receive().status, 200);
}

TEST_F(Connections, TwoHundredAtOnce) {
  std::vector<HttpConnection> all;
  for (int i = 0; i < 200; ++i)
    all.emplace_back(port());

  // Every connection is open before the first request is written.
  for (HttpConnection& connection : all)
    ASSERT_TRUE(connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));

  for (HttpConnection& connection : all) {
    const Response answer = connection.receive();
    ASSERT_EQ(answer.status, 200);
    ASSERT_TRUE(answer.complete);
  }
}

TEST_F(Connections, ConnectionCloseIsObeyed) {
  HttpConnection connection(port());

  const Response answer = connection.request("GET", "/hello", "Connection: close\r\n");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(connection.socket().closed_by_peer());
}

TEST_F(Connections, Http10ClosesUnlessAskedToStay) {
  HttpConnection plain(port()), kept(port());

  ASSERT_TRUE(plain.send("GET /hello HTTP/1.0\r\n\r\n"));
  ASSERT_TRUE(kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));

  EXPECT_EQ(plain.receive().status, 200);
  EXPECT_TRUE(plain.socket().closed_by_peer());
  EXPECT_EQ(kept.receive().field("Connection"), "keep-alive");
  EXPECT_EQ(kept.request("GET", "/hello").status, 200);
}

TEST_F(Connections, HalfClosedClientGetsItsAnswer) {
  HttpConnection connection(port());

  ASSERT_TRUE(connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  connection.socket().shutdown_write();

  EXPECT_EQ(connection.receive().status, 200);
  EXPECT_TRUE(connection.socket().closed_by_peer());
}

TEST_F(Connections, ResetsHurtNobodyElse) {
  for (int i = 0; i < 50; ++i) {
    HttpConnection connection(port());
    ASSERT_TRUE(
        connection.send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHo" : "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    );
    connection.socket().reset();
  }

  EXPECT_EQ(get(port(), "/").status, 200);
  EXPECT_EQ(usual_server().server().ready().generation, 1u);
}

}  // namespace
}  // namespace tenon::support
