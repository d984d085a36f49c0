// SPDX-License-Identifier: Apache-2.0
// Clients that take their time, and clients that are too many.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

constexpr const char* kShortTimeouts =
    "[server.timeouts]\nheader = \"1s\"\nbody = \"1s\"\nkeep_alive = \"1s\"\nwrite = \"2s\"\n";

class Timeouts : public ::testing::Test {
 protected:
  void SetUp() override {
    TestConfig config = usual_config();
    config.server = kShortTimeouts;
    served_ = &Served::shared("timeouts", config);
    ASSERT_TRUE(served_->up());
  }
  uint16_t port() const { return served_->port(); }

  Served* served_ = nullptr;
};

TEST_F(Timeouts, SilentConnectionIsClosedWithoutAWord) {
  HttpConnection silent(port());

  const Response answer = silent.receive();

  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(silent.socket().closed_by_peer());
}

TEST_F(Timeouts, HalfAHeadIs408) {
  HttpConnection slow(port());
  ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\nHost:"));

  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(slow.socket().closed_by_peer());
}

TEST_F(Timeouts, HalfABodyIs408) {
  HttpConnection slow(port());
  ASSERT_TRUE(slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));

  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(slow.socket().closed_by_peer());
}

TEST_F(Timeouts, DrippingHeadDoesNotMoveTheDeadline) {
  HttpConnection dripping(port());
  const Stopwatch watch;
  ASSERT_TRUE(dripping.send("GET / HTTP/1.1\r\nHost: x\r\n"));

  Response answer;
  const auto closed = [&] {
    dripping.send("X-More: and more\r\n");
    answer = dripping.receive("GET", Milliseconds(100));
    return answer.status != 0;
  };
  EXPECT_TRUE(poll_until(closed, seconds(8)));

  EXPECT_EQ(answer.status, 408);
  EXPECT_LT(watch.elapsed(), seconds(6));
}

TEST_F(Timeouts, IdleConnectionIsClosedAfterKeepAlive) {
  HttpConnection connection(port());
  ASSERT_EQ(connection.request("GET", "/hello").status, 200);

  const Response nothing = connection.receive();

  EXPECT_EQ(nothing.body, "");
  EXPECT_TRUE(connection.socket().closed_by_peer());
}

TEST_F(Timeouts, ReaderThatNeverReadsIsCut) {
  write_file(served_->sandbox().path("htdocs/large.bin"), std::string(30'000'000, 'l'));
  std::optional<Socket> stuck = Socket::connect_slow(port(), 4096);
  ASSERT_TRUE(stuck);
  ASSERT_TRUE(stuck->send("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n"));

  EXPECT_TRUE(poll_until([&] { return is_idle(port()); }));
}

TEST(MaxConnections, AcceptingPausesAndGoesOn) {
  TestConfig config = usual_config();
  config.mpm = "io_threads = 2\nthreads_per_child = 2\nmax_connections = 4\n";
  const Served served(config);
  ASSERT_TRUE(served.up());
  std::vector<HttpConnection> open;
  for (int i = 0; i < 4; ++i)
    ASSERT_EQ(open.emplace_back(served.port()).request("GET", "/hello").status, 200);

  // The system takes the connection; the server only looks at it once another one is gone.
  HttpConnection waiting(served.port());
  ASSERT_TRUE(waiting.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  const Response early = waiting.receive("GET", Milliseconds(300));
  const Response status = open[0].request("GET", "/status?format=json");
  open.pop_back();
  const Response late = waiting.receive();

  EXPECT_EQ(early.status, 0);
  EXPECT_EQ(late.status, 200);
  const nlohmann::json json = nlohmann::json::parse(status.body, nullptr, false);
  ASSERT_TRUE(json.is_object()) << status.body;
  EXPECT_EQ(json["listeners"][0]["paused"], true) << status.body;
}

}  // namespace
}  // namespace tenon::support
