// SPDX-License-Identifier: Apache-2.0
#include "config/environment.hpp"

#include <gmock/gmock.h>

#include "base/limits.hpp"
#include "config/document.hpp"
#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Environment& sample() {
  static const Environment environment = {
      {"PORT", "8080"}, {"EMPTY", ""}, {"BAD", "\xFF"}, {"ProgramFiles(x86)", "C:/x86"}};
  return environment;
}

// The expanded text, or the error in angle brackets.
std::string expand(std::string_view text) {
  StringExpander expander(sample());
  const Result<std::string, std::string> expanded = expander.expand(text);
  return expanded ? *expanded : "<" + expanded.error() + ">";
}

TEST(StringExpander, PutsValuesInTheirPlaces) {
  EXPECT_EQ(expand("127.0.0.1:${PORT}"), "127.0.0.1:8080");
  EXPECT_EQ(expand("${PORT}${PORT}/${EMPTY}."), "80808080/.");
  EXPECT_EQ(expand("${ProgramFiles(x86)}/a"), "C:/x86/a");
}

TEST(StringExpander, LeavesAllElseAlone) {
  for (const std::string_view text : {"", "$", "$PORT", "{PORT}", "a $ {b}", "$$", "100%"}) {
    EXPECT_EQ(expand(text), text);
  }
}

TEST(StringExpander, HasAnEscape) {
  EXPECT_EQ(expand("$${PORT}"), "${PORT}");
  EXPECT_EQ(expand("$${"), "${");
  EXPECT_EQ(expand("$$${PORT} ${PORT}"), "$${PORT} 8080");
}

TEST(StringExpander, TakesTheFallbackOfWhatIsNotSetOrEmpty) {
  EXPECT_EQ(expand("${NOPE:-80}"), "80");
  EXPECT_EQ(expand("${EMPTY:-80}"), "80");
  EXPECT_EQ(expand("${PORT:-80}"), "8080");
  EXPECT_EQ(expand("${NOPE:-}"), "");
}

TEST(StringExpander, SaysWhatIsWrong) {
  EXPECT_EQ(
      expand("${NOPE}"),
      "<the environment has no variable NOPE; set it, or write \"${NOPE:-text}\" for a text that "
      "stands for it>"
  );
  EXPECT_THAT(expand("${PORT"), HasSubstr("has no \"}\""));
  EXPECT_THAT(expand("${}"), HasSubstr("is not the name of a variable"));
  EXPECT_THAT(expand("${1A}"), HasSubstr("is not the name of a variable"));
  EXPECT_THAT(expand("${A B}"), HasSubstr("is not the name of a variable"));
  EXPECT_THAT(expand("${A:-${B}}"), HasSubstr("cannot have a variable"));
  EXPECT_THAT(expand("${BAD}"), HasSubstr("is not UTF-8"));
}

TEST(StringExpander, IsBounded) {
  const Environment environment = {{"BIG", std::string(limits::kExpandedBytesMax / 2, 'x')}};
  StringExpander expander(environment);

  EXPECT_TRUE(expander.expand("${BIG}"));
  EXPECT_TRUE(expander.expand("${BIG}"));
  EXPECT_FALSE(expander.expand("${BIG}"));
}

TEST(Environment, IsCollectedFromStringsOnly) {
  Diagnostics diagnostics;
  const auto document = Document::parse(
      "t",
      "# ${COMMENT}\n\"${KEY}\" = 1\na = \"${A} $${B} ${C:-x}\"\n[t]\nb = [\"\", [\"${D}\"]]\n",
      diagnostics
  );
  ASSERT_NE(document, nullptr) << diagnostics.text();
  std::set<std::string> names;

  collect_variables(document->root(), names);

  EXPECT_THAT(names, ElementsAre("A", "C", "D"));
}

TEST(Environment, ReachesEveryString) {
  const Snapshot snapshot = {
      testing::roots(),
      {{"t.toml",
        "[server]\nlisten = [\"127.0.0.1:${PORT}\"]\n[[site]]\n[[site.route]]\npath = \"/*\""}},
      sample()};
  Diagnostics diagnostics;

  const Config config = parse(snapshot, diagnostics);

  EXPECT_EQ(diagnostics.text(), "");
  EXPECT_EQ(config.listeners.at(0).port, 8080);
}

TEST(Environment, TellsEveryVariableThatIsNotSet) {
  Diagnostics diagnostics;
  parse({testing::roots(), {{"t.toml", "a = \"${X}\"\nb = [\n  \"${Y}\"]\n"}}}, diagnostics);

  EXPECT_THAT(
      diagnostics.text(), HasSubstr("t.toml:1:5: error: the environment has no variable X")
  );
  EXPECT_THAT(
      diagnostics.text(), HasSubstr("t.toml:3:3: error: the environment has no variable Y")
  );
}

}  // namespace
}  // namespace tenon::config
