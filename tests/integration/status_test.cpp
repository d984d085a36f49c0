// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;

class Status : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(usual_server().up()); }
  uint16_t port() const { return usual_server().port(); }
  nlohmann::json json() const {
    const Response answer = get(port(), "/status", "Accept: application/json\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.field("Content-Type").starts_with("application/json"));
    return nlohmann::json::parse(answer.body, nullptr, false);
  }
};

TEST_F(Status, TextIsForPeople) {
  const Response answer = get(port(), "/status");

  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.field("Content-Type").starts_with("text/plain"));
  EXPECT_THAT(answer.body, HasSubstr("0.1.0"));
  EXPECT_THAT(answer.body, HasSubstr(std::string(mpm_name())));
}

TEST_F(Status, JsonDescribesTheServer) {
  const nlohmann::json status = json();

  ASSERT_TRUE(status.is_object());
  EXPECT_EQ(status["version"], "0.1.0");
  EXPECT_EQ(status["generation"], 1);
  EXPECT_EQ(status["mpm"], mpm_name());
  EXPECT_EQ(status["child_pid"], usual_server().server().ready().pid);
  ASSERT_EQ(status["listeners"].size(), 1u);
  EXPECT_EQ(status["listeners"][0]["name"], "default");
  const char* const windows = without_accept_ex() ? "accept" : "acceptex";
  EXPECT_EQ(status["listeners"][0]["accept_mode"], on_windows() ? windows : "epoll");
}

TEST_F(Status, CountersCount) {
  const nlohmann::json before = json();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(get(port(), "/hello").status, 200);
  const nlohmann::json after = json();

  ASSERT_TRUE(before.is_object() && after.is_object());
  // A request is counted once its answer is sent: the one that asks is not in yet.
  EXPECT_GE(after["requests"].get<int64_t>() - before["requests"].get<int64_t>(), 5);
  EXPECT_GE(after["connections"].get<int64_t>() - before["connections"].get<int64_t>(), 6);
}

TEST_F(Status, OpenConnectionsAreSeen) {
  std::vector<HttpConnection> open;
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(open.emplace_back(port()).request("GET", "/hello").status, 200);

  const nlohmann::json status = json();

  ASSERT_TRUE(status.is_object());
  EXPECT_GE(status["connections_open"].get<int64_t>(), 11);
}

}  // namespace
}  // namespace tenon::support
