// SPDX-License-Identifier: Apache-2.0
// Commands find the server by its configuration, wait until it is done, and tell the truth.
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using testing::HasSubstr;

class Commands : public testing::Test {
 protected:
  void SetUp() override {
    server_ = ServerProcess::start(sandbox_, usual_config().text());
    ASSERT_TRUE(server_);
    port_ = server_->port();
  }
  CommandResult tenon(std::vector<std::string> arguments) const {
    return run_tenon(sandbox_, std::move(arguments));
  }

  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
  uint16_t port_ = 0;
};

TEST_F(Commands, StopEndsTheServerBeforeItReturns) {
  const HttpConnection idle(port_);
  const Stopwatch time;

  const CommandResult result = tenon({"-k", "stop"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "tenon: stopped\n");
  EXPECT_FALSE(Socket::connect(port_));
  EXPECT_TRUE(server_->control().wait());
  EXPECT_EQ(server_->control().exit_code(), 0);
  expect_nothing_left(sandbox_, {port_});
}

TEST_F(Commands, GracefulStopLetsARequestFinish) {
  HttpConnection connection(port_);
  ASSERT_TRUE(connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
  CommandResult result;
  std::thread stopping([&] { result = tenon({"-k", "graceful-stop"}); });
  EXPECT_TRUE(poll_until([&] { return !Socket::connect(port_); }));

  EXPECT_TRUE(connection.send("cd"));
  EXPECT_EQ(connection.receive().body, "abcd");

  stopping.join();
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(Commands, ShowTheStatus) {
  ASSERT_EQ(get(port_, "/hello").status, 200);

  const CommandResult text = tenon({"status"});
  const CommandResult json = tenon({"status", "--json"});

  const char* const windows = without_accept_ex() ? "mode=accept " : "mode=AcceptEx ";
  const char* const mode = on_windows() ? windows : "mode=epoll ";
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("generation 1: state=serving"));
  EXPECT_THAT(text.out, HasSubstr(mode));
  const auto status = nlohmann::json::parse(json.out, nullptr, false);
  ASSERT_FALSE(status.is_discarded()) << json.out;
  EXPECT_EQ(status["generations"][0]["generation"], 1);
  EXPECT_EQ(status["generations"][0]["listeners"][0]["accepts"], 1);
}

TEST_F(Commands, StatusIsAnsweredWhileTheChildIsSuspended) {
  ::kill(server_->child_pid(), SIGSTOP);
  const Stopwatch time;

  const CommandResult result = tenon({"status"});

  ::kill(server_->child_pid(), SIGCONT);
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(Commands, ASecondServerOfTheConfigurationIsRefused) {
  for (const char* start : {"start", ""}) {
    const CommandResult second = *start == '\0' ? tenon({}) : tenon({"-k", start});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.err, HasSubstr("runs with this configuration already"));
  }
  EXPECT_EQ(get(port_, "/").status, 200);
}

TEST_F(Commands, FindNoServerThatIsStopped) {
  ASSERT_TRUE(server_->stop());

  for (const char* word : {"stop", "graceful", "restart", "reopen"}) {
    const CommandResult result = tenon({"-k", word});
    EXPECT_EQ(result.exit_code, 1) << word;
    EXPECT_THAT(result.err, HasSubstr("no server runs with this configuration"));
  }
}

TEST_F(Commands, UnknownWordsAreUsageErrors) {
  const CommandResult result = tenon({"-k", "gracefull"});

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("did you mean \"graceful\"?"));
}

TEST_F(Commands, SignalsAskForTheSameOnLinux) {
  if (on_windows()) GTEST_SKIP() << "Windows has no such signals";

  server_->control().send_signal(SIGHUP);
  ASSERT_TRUE(server_->wait_ready(2)) << server_->err();
  server_->control().send_signal(SIGUSR1);
  ASSERT_TRUE(server_->wait_ready(3)) << server_->err();
  server_->control().send_signal(SIGWINCH);

  ASSERT_TRUE(server_->control().wait());
  EXPECT_EQ(server_->control().exit_code(), 0);
}

TEST_F(Commands, ReopenLetsTheChildWriteToTheNewFile) {
  const std::string log = sandbox_.path("logs/error.log");
  std::filesystem::rename(log, log + ".old");

  const CommandResult result = tenon({"-k", "reopen"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "tenon: the log is open again\n");
  const pid_t child = server_->child_pid();
  server_->control().kill();
  // Said by the child, to the file that it was given.
  EXPECT_TRUE(poll_until([&] {
    return read_file(log).find("the control process is gone") != std::string::npos;
  }));
  EXPECT_TRUE(poll_until([&] { return !is_alive(child); }));
}

TEST_F(Commands, WorkAlthoughTheConfigurationIsBroken) {
  sandbox_.write_config("[[[");

  EXPECT_EQ(tenon({"stop"}).exit_code, 0);
}

}  // namespace
}  // namespace tenon::support
