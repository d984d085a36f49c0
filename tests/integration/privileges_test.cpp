// SPDX-License-Identifier: Apache-2.0
// A server that root starts, and its child, which is somebody with fewer rights.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

// Whether somebody who is nobody's friend gets there.
bool is_open_to_all(const fs::path& folder) {
  for (fs::path at = folder; at != at.root_path(); at = at.parent_path()) {
    std::error_code error;
    const fs::perms permissions = fs::status(at, error).permissions();
    if (error || (permissions & fs::perms::others_exec) == fs::perms::none) return false;
  }
  return true;
}

void open_to_all(const Sandbox& sandbox) {
  fs::permissions(sandbox.folder(), fs::perms(0755));
}

class Privileges : public ::testing::Test {
 protected:
  void SetUp() override {
    if (on_windows()) GTEST_SKIP() << "users are Linux's; Windows has the service's account";
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a child another user";
    if (!is_open_to_all(stage())) GTEST_SKIP() << "other users cannot read " << stage();
  }
  static TestConfig config() {
    TestConfig config = usual_config();
    config.mpm += "user = \"nobody\"\n";
    return config;
  }
  static std::string status_of(pid_t process) {
    return read_file("/proc/" + std::to_string(process) + "/status");
  }
  static void expect_nobody(pid_t process) {
    EXPECT_THAT(
        status_of(process),
        AllOf(
            HasSubstr("Uid:\t65534\t65534\t65534\t65534\n"),
            HasSubstr("Gid:\t65534\t65534\t65534\t65534\n"),
            HasSubstr("CapEff:\t0000000000000000\n"),
            HasSubstr("CapPrm:\t0000000000000000\n"),
            HasSubstr("NoNewPrivs:\t1\n")
        )
    );
  }
};

TEST_F(Privileges, OfTheChildAreThoseOfTheUserInEveryGeneration) {
  const Served served(config(), open_to_all);
  ASSERT_TRUE(served.up());
  expect_nobody(served.server().child_pid());
  EXPECT_THAT(status_of(served.server().control().pid()), HasSubstr("Uid:\t0\t0\t0\t0\n"));
  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_EQ(get(served.port(), "/hello").status, 200);

  EXPECT_EQ(run_tenon(served.sandbox(), {"reload"}).exit_code, 0);
  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  const auto second = static_cast<pid_t>(served.server().ready().pid);
  expect_nobody(second);
  ::kill(second, SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(3)) << served.server().err();
  expect_nobody(static_cast<pid_t>(served.server().ready().pid));
  EXPECT_EQ(get(served.port(), "/").status, 200);
}

TEST_F(Privileges, OfTheChildSufficeForALogThatIsOpenedAgain) {
  const Sandbox sandbox;
  open_to_all(sandbox);
  const auto server = ServerProcess::start(sandbox, config().text());
  ASSERT_TRUE(server);
  const std::string log = sandbox.path("logs/error.log");
  fs::permissions(log, fs::perms(0600));
  fs::rename(log, log + ".old");

  EXPECT_EQ(run_tenon(sandbox, {"-k", "reopen"}).exit_code, 0);
  fs::permissions(log, fs::perms(0600));
  const pid_t child = server->child_pid();
  server->control().kill();

  // Said by the child, to the file that it was given.
  EXPECT_TRUE(poll_until([&] {
    return read_file(log).find("the control process is gone") != std::string::npos;
  }));
  EXPECT_TRUE(poll_until([&] { return !is_alive(child); }));
}

TEST_F(Privileges, OfAnUnknownUserAreRefusedWithTheirPlace) {
  const Sandbox sandbox;
  TestConfig config = usual_config();
  config.mpm = "user = \"nobdy\"\n";
  sandbox.write_config(config.text());

  const CommandResult result = run_tenon(sandbox, {});

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(
      result.err,
      HasSubstr("tenon.toml:6:8: error: mpm.event.user: this machine has no user \"nobdy\"")
  );
}

TEST_F(Privileges, ThatDoNotReachTheProgramAreNamed) {
  const Sandbox sandbox;
  open_to_all(sandbox);
  sandbox.write_config(config().text());
  fs::copy(stage(), sandbox.path("installed"), fs::copy_options::recursive);
  fs::permissions(sandbox.path("installed"), fs::perms(0700));

  const CommandResult result =
      run({.argv = {program(sandbox.path("installed")), "-d", sandbox.folder()}});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(
      result.err, HasSubstr("as user nobody: Permission denied; the user must be able to read")
  );
}

}  // namespace
}  // namespace tenon::support
