// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class CommandLine : public ::testing::Test {
 protected:
  void SetUp() override { sandbox_.write_config(usual_config().text()); }
  CommandResult tenon(std::vector<std::string> arguments) {
    return run_tenon(sandbox_, std::move(arguments));
  }
  void expect_usage_error(std::vector<std::string> arguments, const std::string& sentence) {
    const CommandResult result = tenon(std::move(arguments));
    EXPECT_EQ(result.exit_code, 2) << result.out << result.err;
    EXPECT_THAT(result.err, HasSubstr(sentence));
    EXPECT_EQ(result.out, "");
    expect_nothing_left(sandbox_, {});
  }

  Sandbox sandbox_;
};

TEST_F(CommandLine, UnknownVerbIsAUsageError) {
  expect_usage_error({"chekc"}, "unknown verb \"chekc\"; did you mean \"check\"?");
}

TEST_F(CommandLine, UnknownOptionIsAUsageError) {
  expect_usage_error({"--bogus"}, "bogus");
}

TEST_F(CommandLine, ShortenedOptionIsAUsageError) {
  expect_usage_error({"--vers"}, "vers");
}

TEST_F(CommandLine, OptionWithoutItsValueIsAUsageError) {
  expect_usage_error({"-f"}, "file");
}

TEST_F(CommandLine, JunkBehindAVerbIsAUsageError) {
  expect_usage_error({"check", "junk"}, "junk");
}

TEST_F(CommandLine, ChildIsNotForPeople) {
  const CommandResult result = run_tenon({"child", "x"});

  EXPECT_EQ(result.exit_code, 2);
}

TEST_F(CommandLine, CheckSaysOk) {
  for (const char* spelling : {"check", "-t", "--check"}) {
    const CommandResult result = tenon({spelling});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("Configuration OK"));
  }
}

TEST_F(CommandLine, ModulesListsThem) {
  for (const char* spelling : {"modules", "-M"}) {
    const CommandResult result = tenon({spelling});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("static"), HasSubstr("status"), HasSubstr("hello_c")));
    EXPECT_THAT(result.out, HasSubstr("test.tenon.echo"));
  }
}

TEST_F(CommandLine, VersionIsOneLine) {
  const CommandResult result = run_tenon({"-v"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("Tenon 0.")) << result.out;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1);
}

TEST_F(CommandLine, BuildInfoNamesAbiAndCompiler) {
  const CommandResult result = run_tenon({"-V"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("Tenon 0."), HasSubstr("ABI")));
  EXPECT_THAT(result.out, AnyOf(HasSubstr(" GCC 1"), HasSubstr(" clang 1")));
}

TEST_F(CommandLine, HelpNamesVerbsAndExitCodes) {
  const CommandResult result = run_tenon({"--help"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("run"), HasSubstr("check"), HasSubstr("modules")));
  EXPECT_THAT(result.out, HasSubstr("Exit codes"));
}

TEST_F(CommandLine, ConfigByNameIsFound) {
  sandbox_.write("elsewhere.toml", usual_config().text());

  const CommandResult result = tenon({"check", "-f", target_path(sandbox_.path("elsewhere.toml"))});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("elsewhere.toml"));
}

}  // namespace
}  // namespace tenon::support
