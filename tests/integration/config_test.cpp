// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration is said with its place, the exit code is 2, nothing is left.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Config : public ::testing::Test {
 protected:
  CommandResult run_with(std::string_view config, std::vector<std::string> arguments = {}) {
    sandbox_.write_config(config);
    CommandResult result = run_tenon(sandbox_, std::move(arguments));
    EXPECT_THAT(result.err, Not(HasSubstr("tenon: ready")));
    expect_nothing_left(sandbox_, {});
    return result;
  }
  // The server and `check` must both refuse it, with the same words.
  std::string refusal(std::string_view config) {
    const CommandResult served = run_with(config);
    const CommandResult checked = run_with(config, {"check"});
    EXPECT_EQ(served.exit_code, 2) << served.err;
    EXPECT_EQ(checked.exit_code, 2) << checked.err;
    EXPECT_EQ(served.err, checked.err);
    return served.err;
  }

  Sandbox sandbox_;
};

TEST_F(Config, SyntaxErrorHasItsPlace) {
  const std::string text =
      refusal("[server]\nlisten = [\"127.0.0.1:0\"]\nmodules = [\"static\"\n[x]\n");

  EXPECT_THAT(text, HasSubstr("config/tenon.toml:4:"));
  EXPECT_THAT(text, HasSubstr(": error: "));
}

TEST_F(Config, UnknownKeyHasItsPlaceAndTheNearestName) {
  const std::string text =
      refusal("[server]\nlisten = [\"127.0.0.1:0\"]\nmodulse = [\"static\"]\n");

  EXPECT_THAT(text, HasSubstr("config/tenon.toml:3:1: error: "));
  EXPECT_THAT(text, AllOf(HasSubstr("modulse"), HasSubstr("did you mean \"modules\"?")));
}

TEST_F(Config, HttpdSpellingIsTranslated) {
  TestConfig config;
  config.mpm = "ThreadsPerChild = 3\n";

  EXPECT_THAT(refusal(config.text()), HasSubstr("did you mean \"threads_per_child\"?"));
}

TEST_F(Config, ValueOutOfRangeIsNotClamped) {
  TestConfig config;
  config.mpm = "threads_per_child = 0\n";

  EXPECT_THAT(
      refusal(config.text()), AllOf(HasSubstr("tenon.toml:"), HasSubstr("threads_per_child"))
  );
}

TEST_F(Config, WrongTypeNamesBoth) {
  const std::string text = refusal("[server]\nlisten = 8080\n");

  EXPECT_THAT(text, HasSubstr("config/tenon.toml:2:10: error: "));
  EXPECT_THAT(text, AllOf(HasSubstr("must be an array"), HasSubstr("not an integer")));
}

TEST_F(Config, SeveralErrorsAreShownAtOnce) {
  const std::string text = refusal("[server]\nlisten = [\"nowhere\"]\nmodulse = []\nbogus = 1\n");

  EXPECT_THAT(text, HasSubstr("config/tenon.toml:2:11: error: "));
  EXPECT_THAT(text, HasSubstr("config/tenon.toml:3:1: error: "));
  EXPECT_THAT(text, HasSubstr("config/tenon.toml:4:1: error: "));
}

TEST_F(Config, MissingModuleIsNamedWithItsPlace) {
  TestConfig config;
  config.modules = {"static", "no_such"};

  const std::string text = refusal(config.text());

  EXPECT_THAT(text, HasSubstr("config/tenon.toml:3:"));
  EXPECT_THAT(text, AllOf(HasSubstr("mod_no_such"), HasSubstr("no such file")));
}

TEST_F(Config, MissingHtdocsIsNamedWithItsPlace) {
  std::filesystem::remove_all(sandbox_.path("htdocs"));

  const std::string text = refusal(TestConfig().text());

  EXPECT_THAT(text, AllOf(HasSubstr("config/tenon.toml:"), HasSubstr("htdocs")));
}

TEST_F(Config, UnknownHandlerHasTheNearestName) {
  TestConfig config;
  config.route("/x", "statik");

  const std::string text = refusal(config.text());

  EXPECT_THAT(text, AllOf(HasSubstr("config/tenon.toml:"), HasSubstr("did you mean \"static\"?")));
}

TEST_F(Config, UnknownModuleOptionHasItsPlace) {
  TestConfig config;
  config.route("/x/*", "static", "static = { root = \"htdocs\", indx = [] }");

  const std::string text = refusal(config.text());

  EXPECT_THAT(text, AllOf(HasSubstr("config/tenon.toml:"), HasSubstr("did you mean \"index\"?")));
}

TEST_F(Config, MissingMpmIsNamed) {
  const std::string text = refusal("[server]\nmpm = \"none_such\"\nlisten = [\"127.0.0.1:0\"]\n");

  EXPECT_THAT(text, AllOf(HasSubstr("config/tenon.toml:2:"), HasSubstr("mpm_none_such")));
}

TEST_F(Config, MissingFileThatWasAskedForIsNamed) {
  const CommandResult result = run_with("", {"-f", target_path(sandbox_.path("other.toml"))});

  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("other.toml"));
}

TEST_F(Config, AcceptFilterDataIsRefusedWithTheReason) {
  if (!on_windows()) GTEST_SKIP() << "an option of mpm_winnt";
  TestConfig config;
  config.mpm = "accept_filter = \"data\"\n";

  const CommandResult result = run_with(config.text());

  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(
      result.err, AllOf(HasSubstr("config/tenon.toml:6:17: error: "), HasSubstr("clients"))
  );
}

TEST_F(Config, WithoutAFileTheBuiltInOneServes) {
  // It listens on a fixed port, which another program may hold: so it is only checked.
  const CommandResult result = run_tenon(sandbox_, {"check"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Configuration OK"));
}

TEST_F(Config, ShippedFileIsRight) {
  sandbox_.write_config(read_file(stage() + "/config/tenon.toml"));

  const CommandResult result = run_tenon(sandbox_, {"check"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

TEST_F(Config, NamedListenersAreAllInTheReadyLine) {
  TestConfig config = usual_config();
  config.listen = "\"127.0.0.1:0\", { name = \"admin\", address = \"127.0.0.1:0\" }";
  config.more =
      "[[site]]\nlisten = [\"admin\"]\n"
      "[[site.route]]\npath = \"/who\"\nhandler = \"hello\"\n";
  const Served served(config);
  ASSERT_TRUE(served.up());

  const uint16_t admin = served.server().port("admin");

  ASSERT_NE(admin, 0);
  EXPECT_NE(admin, served.port());
  EXPECT_EQ(get(admin, "/who").status, 200);
  EXPECT_EQ(get(served.port(), "/who").status, 404);
}

}  // namespace
}  // namespace tenon::support
