// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/kernel/config/option_tables.hpp"

namespace tenon::config {
namespace {

using testing::bounded;
using testing::choice;
using testing::list;
using testing::Merged;
using testing::option;

// What is said about `toml` as the server's table of one option, and the value that is left.
std::string said(const tenon_option& one, const std::string& toml) {
  Merged merged({one});
  merged.write(TENON_IN_SERVER, toml).merge();
  return merged.said();
}

Value value(const tenon_option& one, const std::string& toml) {
  Merged merged({one});
  const Value result = merged.write(TENON_IN_SERVER, toml).merge().values[0];
  EXPECT_EQ(merged.said(), "");
  return result;
}

TEST(Merge, ReadsEveryType) {
  EXPECT_EQ(value(option(TENON_T_BOOL, "a"), "a = true"), Value(int64_t{1}));
  EXPECT_EQ(value(option(TENON_T_INT, "a"), "a = -5"), Value(int64_t{-5}));
  EXPECT_EQ(value(option(TENON_T_FLOAT, "a"), "a = 0.5"), Value(0.5));
  EXPECT_EQ(value(option(TENON_T_FLOAT, "a"), "a = 2"), Value(2.0));
  EXPECT_EQ(value(option(TENON_T_STRING, "a"), "a = \"x\""), Value(std::string("x")));
  EXPECT_EQ(value(option(TENON_T_DURATION_NS, "a"), "a = \"1s\""), Value(int64_t{1'000'000'000}));
  EXPECT_EQ(value(option(TENON_T_DURATION_NS, "a"), "a = 0"), Value(int64_t{0}));
  EXPECT_EQ(value(option(TENON_T_SIZE, "a"), "a = \"1KiB\""), Value(int64_t{1024}));
  EXPECT_EQ(value(option(TENON_T_SIZE, "a"), "a = 5"), Value(int64_t{5}));
  EXPECT_EQ(value(option(TENON_T_PATH, "a"), "a = \"b/c\""), Value(Merged::root() + "/b/c"));
  EXPECT_EQ(value(choice("a", "x|y"), "a = \"y\""), Value(std::string("y")));
  EXPECT_EQ(
      value(option(TENON_T_STRING_MAP, "a"), "a = { c = \"1\", b = \"2\" }"),
      Value(StringPairs{{"b", "2"}, {"c", "1"}})
  );
}

TEST(Merge, ReadsLists) {
  EXPECT_EQ(
      value(list(TENON_T_STRING, "a"), "a = [\"x\", \"y\"]"),
      Value(std::vector<std::string>{"x", "y"})
  );
  EXPECT_EQ(value(list(TENON_T_INT, "a"), "a = [1, 2]"), Value(std::vector<int64_t>{1, 2}));
  EXPECT_EQ(value(list(TENON_T_SIZE, "a"), "a = [\"1KiB\"]"), Value(std::vector<int64_t>{1024}));
  EXPECT_EQ(
      value(list(TENON_T_PATH, "a"), "a = [\"b\"]"),
      Value(std::vector<std::string>{Merged::root() + "/b"})
  );
  EXPECT_EQ(value(list(TENON_T_STRING, "a"), "a = []"), Value(std::vector<std::string>{}));
}

TEST(Merge, NamesBothTypesOfAWrongValue) {
  const struct {
    tenon_option option;
    std::string toml, said;
  } cases[] = {
      {option(TENON_T_BOOL, "a"),
       "a = 1",
       "server:1:5: error: hello.a must be a boolean, not an integer"},
      {option(TENON_T_INT, "a"),
       "a = 1.5",
       "server:1:5: error: hello.a must be an integer, not a number"},
      {option(TENON_T_FLOAT, "a"),
       "a = \"1\"",
       "server:1:5: error: hello.a must be a number, not a string"},
      {option(TENON_T_FLOAT, "a"), "a = nan", "server:1:5: error: hello.a must be a finite number"},
      {option(TENON_T_STRING, "a"),
       "a = 1979-05-27",
       "server:1:5: error: hello.a must be a string, not a date or time"},
      {option(TENON_T_DURATION_NS, "a"),
       "a = true",
       "server:1:5: error: hello.a must be a duration such as \"30s\", not a boolean"},
      {option(TENON_T_SIZE, "a"),
       "a = 1.0",
       "server:1:5: error: hello.a must be a size such as \"64KiB\", not a number"},
      {option(TENON_T_PATH, "a"),
       "a = {}",
       "server:1:5: error: hello.a must be a path (a string), not a table"},
      {choice("a", "x|y"),
       "a = 1",
       "server:1:5: error: hello.a must be a word (a string), not an integer"},
      {option(TENON_T_STRING_MAP, "a"),
       "a = []",
       "server:1:5: error: hello.a must be a table of strings, not an array"},
      {option(TENON_T_STRING_MAP, "a"),
       "a = { b = 1 }",
       "server:1:11: error: hello.a.b must be a string, not an integer"},
      {list(TENON_T_STRING, "a"),
       "a = \"x\"",
       "server:1:5: error: hello.a must be an array of strings, not a string"},
      {list(TENON_T_STRING, "a"),
       "a = [\"x\", 1]",
       "server:1:11: error: hello.a must be a string, not an integer"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(said(one.option, one.toml), one.said);
  }
}

TEST(Merge, RefusesValuesOutOfBounds) {
  const struct {
    tenon_option option;
    std::string toml, said;
  } cases[] = {
      {bounded(TENON_T_INT, "a", 1, 64),
       "a = 0",
       "server:1:5: error: hello.a: 0 is below the minimum 1"},
      {bounded(TENON_T_INT, "a", 1, 64),
       "a = 65",
       "server:1:5: error: hello.a: 65 is above the maximum 64"},
      {bounded(TENON_T_FLOAT, "a", 0.5, 1),
       "a = 0.25",
       "server:1:5: error: hello.a: 0.25 is below the minimum 0.5"},
      {bounded(TENON_T_DURATION_NS, "a", 1e9, 6e10),
       "a = \"5m\"",
       "server:1:5: error: hello.a: 5m is above the maximum 1m"},
      {bounded(TENON_T_SIZE, "a", 1024, 2048),
       "a = 3",
       "server:1:5: error: hello.a: 3 is below the minimum 1KiB"},
      {option(TENON_T_SIZE, "a"), "a = -3", "server:1:5: error: hello.a: a size is not negative"},
      {option(TENON_T_SIZE, "a"),
       "a = \"64K\"",
       "server:1:5: error: hello.a: \"64K\" is not a size; write bytes as a whole number, or with "
       "KiB, MiB or GiB: \"64KiB\""},
      {option(TENON_T_DURATION_NS, "a"),
       "a = 30",
       "server:1:5: error: hello.a needs a unit (ms, s, m or h), such as \"30s\""},
      {option(TENON_T_DURATION_NS, "a"),
       "a = \"soon\"",
       "server:1:5: error: hello.a: \"soon\" is not a duration; write a whole number and ms, s, m "
       "or h, such as \"30s\""},
      {choice("a", "connect|data|none"),
       "a = \"conect\"",
       "server:1:5: error: hello.a: \"conect\" is not one of connect, data, none; did you mean "
       "\"connect\"?"},
      {option(TENON_T_PATH, "a"),
       "a = \"\"",
       "server:1:5: error: hello.a: the path \"\" is empty; \".\" is the data root itself"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(said(one.option, one.toml), one.said);
  }
}

TEST(Merge, TellsUnknownOptionsWithTheNearestName) {
  tenon_option threads = option(TENON_T_INT, "threads_per_child");
  threads.aliases = "MaxThreads|WorkerLimit";

  EXPECT_EQ(
      said(threads, "thread_per_child = 1"),
      "server:1:1: error: unknown option \"thread_per_child\" in hello (module com.example.hello "
      "1.0.0); did you mean \"threads_per_child\"?"
  );
  EXPECT_EQ(
      said(threads, "workerlimit = 1"),
      "server:1:1: error: unknown option \"workerlimit\" in hello (module com.example.hello "
      "1.0.0); did you mean \"threads_per_child\"?"
  );
  EXPECT_EQ(
      said(threads, "gzip = 1"),
      "server:1:1: error: unknown option \"gzip\" in hello (module com.example.hello 1.0.0); "
      "there is: threads_per_child"
  );
}

TEST(Merge, KnowsAModuleWithoutOptions) {
  Merged merged({});

  merged.write(TENON_IN_ROUTE, "a = 1").merge();

  EXPECT_EQ(
      merged.said(),
      "route:1:1: error: unknown option \"a\" in hello (module com.example.hello 1.0.0), which has "
      "no options"
  );
}

TEST(Merge, LetsAnInnerPlaceReplaceAnOuterOne) {
  Merged merged(
      {option(TENON_T_INT, "a", "1"),
       option(TENON_T_INT, "b", "1"),
       option(TENON_T_INT, "c", "1"),
       option(TENON_T_INT, "d", "1"),
       list(TENON_T_INT, "e", "[1]")}
  );
  merged.write(TENON_IN_SERVER, "a = 2\nb = 2\nc = 2\ne = [2, 2]");
  merged.write(TENON_IN_SITE, "b = 3\nc = 3");

  const tenon_cfg& cfg = merged.write(TENON_IN_ROUTE, "\nc = 4\ne = [4]").merge();

  EXPECT_EQ(merged.said(), "");
  EXPECT_EQ(cfg.values[0], Value(int64_t{2}));
  EXPECT_EQ(cfg.values[1], Value(int64_t{3}));
  EXPECT_EQ(cfg.values[2], Value(int64_t{4}));
  EXPECT_EQ(cfg.values[3], Value(int64_t{1}));
  EXPECT_EQ(cfg.values[4], Value(std::vector<int64_t>{4}));
  EXPECT_EQ(cfg.places[0].text(), "server:1:5");
  EXPECT_EQ(cfg.places[2].text(), "route:2:5");
  EXPECT_EQ(cfg.places[3].file, "route");  // the innermost table
}

TEST(Merge, LeavesAnOptionWithoutDefaultEmpty) {
  Merged merged({option(TENON_T_INT, "a")});

  const tenon_cfg& cfg = merged.merge();

  EXPECT_EQ(cfg.values[0], Value());
  EXPECT_EQ(cfg.places[0].text(), "where:7:1");
}

TEST(Merge, AsksForRequiredOptionsOnce) {
  tenon_option root = option(TENON_T_PATH, "root");
  root.flags = TENON_OPT_REQUIRED;
  Merged missing({root});
  Merged wrong({root});

  missing.merge();
  wrong.write(TENON_IN_ROUTE, "root = 1").merge();

  EXPECT_EQ(
      missing.said(), "where:7:1: error: hello.root is missing: it must be a path (a string)"
  );
  EXPECT_EQ(wrong.said(), "route:1:8: error: hello.root must be a path (a string), not an integer");
}

TEST(Merge, RefusesAnOptionInAnotherScope) {
  tenon_option outer = option(TENON_T_INT, "a");
  outer.scopes = TENON_IN_SERVER;
  tenon_option inner = option(TENON_T_INT, "b");
  inner.scopes = TENON_IN_SITE | TENON_IN_ROUTE;
  Merged merged({outer, inner});

  merged.write(TENON_IN_SERVER, "b = 1").write(TENON_IN_ROUTE, "a = 1").merge();

  EXPECT_EQ(
      merged.said(),
      "server:1:1: error: hello.b may not be set in [hello]; it belongs in a [[site]] or a "
      "[[site.route]]\n"
      "route:1:1: error: hello.a may not be set in a [[site.route]]; it belongs in [hello]"
  );
}

TEST(Merge, TellsAFindingOfASharedTableOnce) {
  Merged merged({option(TENON_T_INT, "a")});
  merged.write(TENON_IN_SERVER, "a = true");

  merged.merge();
  merged.merge();

  EXPECT_EQ(merged.diagnostics().items().size(), 1u);
}

TEST(Merge, ResolvesADefaultPath) {
  Merged merged({option(TENON_T_PATH, "a", "\"htdocs\"")});

  EXPECT_EQ(merged.merge().values[0], Value(Merged::root() + "/htdocs"));
}

TEST(Merge, KnowsTheSameValues) {
  Merged merged({option(TENON_T_INT, "a", "1")});
  const auto diagnostics = std::make_unique<Diagnostics>();
  const auto make = [&](const std::string& toml) {
    const auto document = Document::parse("t", toml, *diagnostics);
    const ScopedTable tables[] = {{TENON_IN_ROUTE, &document->root()}};
    return merge(merged.table(), tables, {}, Merged::root(), *diagnostics);
  };

  EXPECT_TRUE(same_values(*make(""), *make("a = 1")));
  EXPECT_FALSE(same_values(*make(""), *make("a = 2")));
}

}  // namespace
}  // namespace tenon::config
