// SPDX-License-Identifier: Apache-2.0
#include "kernel/server/command_line.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <tenon/mpm.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::server {
namespace {

using Words = std::vector<std::string>;

struct VerbCase {
  Words words;
  Verb verb;
};

class GoodCommandLine : public testing::TestWithParam<VerbCase> {};

TEST_P(GoodCommandLine, ChoosesItsVerb) {
  const Result<CommandLine, std::string> line = parse_command_line(GetParam().words);

  ASSERT_TRUE(line) << line.error();
  EXPECT_EQ(line->verb, GetParam().verb);
}

const VerbCase kGood[] = {
    {{}, Verb::Run},
    {{"run"}, Verb::Run},
    {{"check"}, Verb::Check},
    {{"-t"}, Verb::Check},
    {{"check", "-t"}, Verb::Check},
    {{"modules"}, Verb::Modules},
    {{"-M"}, Verb::Modules},
    {{"modules", "--docs"}, Verb::Modules},
    {{"schema"}, Verb::Schema},
    {{"explain", "/a", "-X", "POST", "--json"}, Verb::Explain},
    {{"-v"}, Verb::Version},
    {{"--version"}, Verb::Version},
    {{"-V"}, Verb::BuildInfo},
    {{"-h"}, Verb::Help},
    {{"check", "--help"}, Verb::Help},
    {{"-f", "x.toml", "check"}, Verb::Check},
    {{"child", "mpm.dll", "4", "5"}, Verb::Child},
    {{"reload"}, Verb::Command},
    {{"status", "--json"}, Verb::Command},
    {{"service", "install", "-n", "Web"}, Verb::Command},
    {{"-k", "graceful"}, Verb::Command},
    {{"reload", "-k", "graceful"}, Verb::Command},
};

INSTANTIATE_TEST_SUITE_P(CommandLine, GoodCommandLine, testing::ValuesIn(kGood));

TEST(CommandLine, TakesAQuestion) {
  const Result<CommandLine, std::string> line =
      parse_command_line({"explain", "--host", "a.com", "-X", "POST", "/a"});

  ASSERT_TRUE(line) << line.error();
  EXPECT_EQ(line->question.url, "/a");
  EXPECT_EQ(line->question.method, "POST");
  EXPECT_EQ(line->question.host, "a.com");
  EXPECT_FALSE(line->json);
}

struct CommandCase {
  const char* word;
  uint32_t command;
};

class CommandWord : public testing::TestWithParam<CommandCase> {};

TEST_P(CommandWord, AsksForItsCommand) {
  const Result<CommandLine, std::string> line =
      parse_command_line({"-k", GetParam().word, "-n", "Web"});

  ASSERT_TRUE(line) << line.error();
  EXPECT_EQ(line->command, GetParam().command);
  EXPECT_EQ(line->service, "Web");
}

const CommandCase kCommands[] = {
    {"start", TENON_CMD_START},
    {"stop", TENON_CMD_STOP},
    {"shutdown", TENON_CMD_STOP},
    {"restart", TENON_CMD_RELOAD},
    {"graceful", TENON_CMD_RELOAD},
    {"graceful-stop", TENON_CMD_GRACEFUL_STOP},
    {"reopen", TENON_CMD_REOPEN_LOGS},
    {"install", TENON_CMD_INSTALL},
    {"config", TENON_CMD_CONFIG},
    {"uninstall", TENON_CMD_UNINSTALL},
};

INSTANTIATE_TEST_SUITE_P(CommandLine, CommandWord, testing::ValuesIn(kCommands));

struct UsageCase {
  Words words;
  const char* why;
};

class BadCommandLine : public testing::TestWithParam<UsageCase> {};

TEST_P(BadCommandLine, IsAUsageError) {
  const Result<CommandLine, std::string> line = parse_command_line(GetParam().words);

  ASSERT_FALSE(line);
  EXPECT_EQ(line.error(), GetParam().why);
}

const UsageCase kBad[] = {
    {{"chekc"}, "unknown verb \"chekc\"; did you mean \"check\"?"},
    {{""}, "unknown verb \"\""},
    {{"run", "now"}, "unexpected argument \"now\" after run"},
    {{"explain"}, "explain what? Write a URL behind it"},
    {{"explain", "/a", "/b"}, "unexpected argument \"/b\" after /a"},
    {{"check", "--json"}, "--json belongs to the verbs explain and status"},
    {{"-k", "gracefull"}, "unknown word after -k: \"gracefull\"; did you mean \"graceful\"?"},
    {{"service"}, "service what? Write install, config, uninstall, start or stop behind it"},
    {{"service", "halt"}, "unknown word after service: \"halt\""},
    {{"stop", "-k", "graceful"}, "two different things are asked for at once"},
    {{"--docs"}, "--docs belongs to the verb modules"},
    {{"run", "-t"}, "two different things are asked for at once"},
    {{"-t", "-M"}, "two different things are asked for at once"},
    {{"--chec"}, "unrecognised option '--chec'; did you mean --check?"},
    {{"-x"}, "unrecognised option '-x'"},
    {{"-f"}, "the required argument for option '--file' is missing"},
    {{"-f", ""}, "the value of --file is empty"},
    {{"-f", "a", "-f", "b"}, "option '--file' cannot be specified more than once"},
    {{"child"}, "the verb child is for the server itself: child MPM_FILE IN OUT"},
    {{"child", "a", "b", "c", "d"},
     "the verb child is for the server itself: child MPM_FILE IN OUT"},
};

INSTANTIATE_TEST_SUITE_P(CommandLine, BadCommandLine, testing::ValuesIn(kBad));

TEST(CommandLine, KeepsItsFiles) {
  const auto line = parse_command_line({"--file", "a b.toml", "-dC:/data", "run"});

  ASSERT_TRUE(line);
  EXPECT_EQ(line->config_file, "a b.toml");
  EXPECT_EQ(line->data_root, "C:/data");
}

TEST(CommandLine, HelpNamesEveryVerb) {
  for (const char* word : {"run", "check", "modules", "--file", "--data"}) {
    EXPECT_THAT(help_text(), testing::HasSubstr(word));
  }
}

}  // namespace
}  // namespace tenon::server
