// SPDX-License-Identifier: Apache-2.0
// Handlers that block run in a pool with a bounded queue.
#include <algorithm>

#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

// One thread and a queue of one.
class Pool : public ::testing::Test {
 protected:
  void SetUp() override {
    TestConfig config = usual_config();
    config.mpm = "io_threads = 2\nthreads_per_child = 1\npool_queue = 1\nstop_timeout = \"1s\"\n";
    config.modules.push_back(target_path(test_module("slow")));
    config.route("/slow", "slow", "slow = { started = \"logs/started\", release = \"release\" }");
    server_ = ServerProcess::start(sandbox_, config.text());
    ASSERT_TRUE(server_);
    port_ = server_->port();
  }
  bool begin(HttpConnection& connection) {
    return connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  bool one_runs() {
    return poll_until([this] { return ::access(sandbox_.path("logs/started").c_str(), F_OK) == 0; }
    );
  }

  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
  uint16_t port_ = 0;
};

TEST_F(Pool, FullQueueIs503WithRetryAfter) {
  HttpConnection first(port_);
  ASSERT_TRUE(begin(first));
  ASSERT_TRUE(one_runs());
  std::vector<HttpConnection> others;
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(begin(others.emplace_back(port_)));

  // Which of the four got the one place is not ours to say: the three others are answered.
  std::vector<int> statuses(others.size(), 0);
  const auto refused = [&] { return std::count(statuses.begin(), statuses.end(), 503); };
  const auto look = [&] {
    for (size_t i = 0; i < others.size(); ++i) {
      if (statuses[i] != 0) continue;
      const Response answer = others[i].receive("GET", Milliseconds(20));
      statuses[i] = answer.status;
      EXPECT_EQ(answer.field("Retry-After") == "", answer.status == 0);
    }
    return refused() >= 3;
  };
  EXPECT_TRUE(poll_until(look));
  EXPECT_EQ(get(port_, "/hello").status, 200) << "what does not block is served meanwhile";
  sandbox_.write("release", "");

  EXPECT_EQ(first.receive().status, 200);
  for (size_t i = 0; i < others.size(); ++i)
    if (statuses[i] == 0) statuses[i] = others[i].receive().status;
  EXPECT_EQ(refused(), 3);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
  EXPECT_TRUE(server_->stop());
  expect_nothing_left(sandbox_, {port_});
}

TEST_F(Pool, WaitingRequestIsServedOnceTheThreadIsFree) {
  HttpConnection first(port_), second(port_);
  ASSERT_TRUE(begin(first));
  ASSERT_TRUE(one_runs());
  ASSERT_TRUE(begin(second));

  sandbox_.write("release", "");

  EXPECT_EQ(first.receive().body, "at last\n");
  EXPECT_EQ(second.receive().body, "at last\n");
}

TEST_F(Pool, BlockedHandlerDoesNotKeepTheServerFromStopping) {
  HttpConnection connection(port_);
  ASSERT_TRUE(begin(connection));
  ASSERT_TRUE(one_runs());

  EXPECT_TRUE(server_->stop(seconds(1 + 8))) << server_->err();
  expect_nothing_left(sandbox_, {port_});
}

}  // namespace
}  // namespace tenon::support
