// SPDX-License-Identifier: Apache-2.0
// Ctrl-C ends the server soon, whatever its clients do, and leaves nothing behind.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

constexpr uint64_t kLargeBytes = 200'000'000;

class Stop : public ::testing::Test {
 protected:
  bool start(const TestConfig& config = usual_config()) {
    server_ = ServerProcess::start(sandbox_, config.text());
    if (server_) port_ = server_->port();
    return server_ != nullptr;
  }
  // Stops the server, which must be gone within the time with exit code 0, and leave nothing.
  void expect_stop_within(Milliseconds time) {
    const Stopwatch watch;
    EXPECT_TRUE(server_->stop(time)) << "after " << watch.elapsed().count() << " ms\n"
                                     << server_->err();
    EXPECT_EQ(server_->control().exit_code(), 0) << server_->err();
    expect_nothing_left(sandbox_, {port_});
  }

  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
  uint16_t port_ = 0;
};

TEST_F(Stop, WithoutClients) {
  ASSERT_TRUE(start());

  EXPECT_TRUE(server_->stop(seconds(5))) << server_->err();
  EXPECT_THAT(read_file(sandbox_.path("logs/error.log")), testing::EndsWith("[info] stopped\n"));
  expect_nothing_left(sandbox_, {port_});
}

TEST_F(Stop, IdleConnectionsAreClosedAtOnce) {
  TestConfig config = usual_config();
  config.mpm = "stop_timeout = \"60s\"\ngraceful_timeout = \"60s\"\nthreads_per_child = 4\n";
  ASSERT_TRUE(start(config));
  std::vector<HttpConnection> idle;
  for (int i = 0; i < 10; ++i) {
    HttpConnection& connection = idle.emplace_back(port_);
    ASSERT_EQ(connection.request("GET", "/").status, 200);
  }
  HttpConnection silent(port_);
  ASSERT_TRUE(silent.open());

  expect_stop_within(seconds(8));

  for (HttpConnection& connection : idle)
    EXPECT_TRUE(connection.socket().closed_by_peer());
}

TEST_F(Stop, SlowDownloadIsCutAtTheDeadline) {
  ASSERT_TRUE(start());
  const std::string file = sandbox_.path("htdocs/large.bin");
  write_file(file, "");
  std::filesystem::resize_file(file, kLargeBytes);
  std::optional<Socket> slow = Socket::connect_slow(port_, 4096);
  ASSERT_TRUE(slow);
  ASSERT_TRUE(slow->send("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n"));
  std::string some;
  ASSERT_GT(slow->receive(some), 0);

  // stop_timeout is 1 s.
  expect_stop_within(seconds(1 + 6));
}

TEST_F(Stop, RunningRequestIsFinishedFirst) {
  TestConfig config = usual_config();
  config.mpm = "io_threads = 1\nstop_timeout = \"20s\"\n";
  ASSERT_TRUE(start(config));
  HttpConnection connection(port_), idle(port_);
  ASSERT_TRUE(connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
  ASSERT_EQ(idle.request("GET", "/").status, 200);

  server_->interrupt();
  ASSERT_TRUE(idle.socket().closed_by_peer());  // the one I/O thread knows of the stop
  ASSERT_TRUE(connection.send("cd"));
  const Response answer = connection.receive();

  EXPECT_EQ(answer.status, 200) << server_->err();
  EXPECT_EQ(answer.body, "abcd");
  EXPECT_EQ(answer.field("Connection"), "close");
  expect_stop_within(seconds(10));
}

TEST_F(Stop, ClientsThatKeepComingDoNotDelayIt) {
  ASSERT_TRUE(start());
  std::atomic<bool> done = false;
  std::thread crowd([&] {
    while (!done)
      get(port_, "/hello");
  });

  expect_stop_within(seconds(1 + 6));

  done = true;
  crowd.join();
}

TEST_F(Stop, SecondCtrlCDoesNotWait) {
  TestConfig config = usual_config();
  config.mpm = "io_threads = 1\nstop_timeout = \"60s\"\n";
  ASSERT_TRUE(start(config));
  HttpConnection connection(port_), idle(port_);
  ASSERT_TRUE(connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
  ASSERT_EQ(idle.request("GET", "/").status, 200);

  server_->interrupt();
  ASSERT_TRUE(idle.socket().closed_by_peer());

  expect_stop_within(seconds(8));
}

TEST_F(Stop, DuringStartLeavesNothing) {
  sandbox_.write_config(usual_config().text());
  for (int ms : {0, 30, 100, 300}) {
    ServerProcess server(sandbox_);
    server.wait_for("tenon: ready", Milliseconds(ms));
    // Before its handler is there the system ends the process, as it does with any program.
    EXPECT_TRUE(server.stop()) << "after " << ms << " ms";
    expect_nothing_left(sandbox_, {});
  }
}

TEST_F(Stop, TerminationSignalIsAStop) {
  if (on_windows()) GTEST_SKIP() << "Wine ends programs outright on it";
  ASSERT_TRUE(start());

  server_->control().send_signal(SIGTERM);

  ASSERT_TRUE(server_->control().wait());
  EXPECT_EQ(server_->control().exit_code(), 0) << server_->err();
  expect_nothing_left(sandbox_, {port_});
}

}  // namespace
}  // namespace tenon::support
