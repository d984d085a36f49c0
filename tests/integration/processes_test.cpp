// SPDX-License-Identifier: Apache-2.0
// Two processes: what happens to the service when one of them dies.
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

TEST(Processes, ControlAndChildAreTwo) {
  const Served& served = usual_server();
  ASSERT_TRUE(served.up());

  const pid_t child = served.server().child_pid();

  ASSERT_NE(child, 0);
  EXPECT_NE(child, served.server().control().pid());
  EXPECT_EQ(served.sandbox().processes().size(), 2u);
  // Wine gives every process to init, and numbers processes in its own way.
  if (on_windows()) return;
  EXPECT_EQ(parent_of(child), served.server().control().pid());
  EXPECT_EQ(served.server().ready().pid, static_cast<uint64_t>(child));
}

TEST(Processes, KilledChildIsReplacedOnTheSamePort) {
  const Served served(usual_config());
  ASSERT_TRUE(served.up());
  const pid_t first = served.server().child_pid();
  ASSERT_NE(first, 0);

  ::kill(first, SIGKILL);

  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  EXPECT_EQ(served.server().port(), served.port());
  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_NE(served.server().child_pid(), first);
  EXPECT_TRUE(served.server().wait_for("the child ended unasked")) << served.server().err();
}

TEST(Processes, ClientsWaitWhileNoChildIsThere) {
  const Served served(usual_config());
  ASSERT_TRUE(served.up());

  // Twice: the second child is only started after a pause.
  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_for("the next child starts in")) << served.server().err();
  EXPECT_EQ(served.server().child_pid(), 0);
  const Response answer = get(served.port(), "/");

  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(served.server().wait_ready(3)) << served.server().err();
}

TEST(Processes, CrashReportNamesModuleAndPhase) {
  TestConfig config = usual_config();
  config.modules.push_back(target_path(test_module("crash")));
  config.route("/crash", "crash");
  const Served served(config);
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/crash").status, 0);

  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  EXPECT_TRUE(served.server().wait_for("module crash, phase handler")) << served.server().err();
  const std::string how = on_windows() ? "exit code 3" : "signal 6";
  EXPECT_NE(served.server().err().find(how), std::string::npos) << served.server().err();
  EXPECT_EQ(get(served.port(), "/").status, 200);
  const std::string log = read_file(served.sandbox().path("logs/error.log"));
  EXPECT_NE(log.find("module crash, phase handler"), std::string::npos) << log;
}

// The child of a killed control process must end by itself and give the port back.
class ControlKilled : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = ServerProcess::start(sandbox_, usual_config().text());
    ASSERT_TRUE(server_);
    port_ = server_->port();
    child_ = server_->child_pid();
    ASSERT_NE(child_, 0);
  }

  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
  uint16_t port_ = 0;
  pid_t child_ = 0;
};

TEST_F(ControlKilled, ChildEndsAndPortIsFree) {
  server_->control().kill();

  // graceful_timeout is 2 s; the rest is for a loaded machine.
  EXPECT_TRUE(poll_until([&] { return !is_alive(child_); }, seconds(2 + 6)));
  expect_nothing_left(sandbox_, {port_});
}

TEST_F(ControlKilled, NewServerStartsOnTheSamePort) {
  server_->control().kill();
  TestConfig config = usual_config();
  config.listen = "\"127.0.0.1:" + std::to_string(port_) + "\"";
  ASSERT_TRUE(poll_until([&] { return !is_alive(child_); }, seconds(2 + 6)));

  const Sandbox other;
  const auto again = ServerProcess::start(other, config.text());

  ASSERT_TRUE(again);
  EXPECT_EQ(get(port_, "/").status, 200);
  EXPECT_TRUE(again->stop());
  expect_nothing_left(other, {port_});
}

TEST_F(ControlKilled, RequestThatRunsIsStillAnswered) {
  HttpConnection connection(port_);
  ASSERT_TRUE(connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));

  server_->control().kill();
  ASSERT_TRUE(connection.send("cd"));
  const Response answer = connection.receive();

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "abcd");
}

}  // namespace
}  // namespace tenon::support
