// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/kernel/config/option_tables.hpp"

namespace tenon::config {
namespace {

using testing::bounded;
using testing::choice;
using testing::list;
using testing::option;

using Faults = std::vector<std::string>;

Faults faults(std::vector<tenon_option> options) {
  return lint({"hello", "module hello", options.data(), options.size()});
}

TEST(Lint, AcceptsGoodTables) {
  EXPECT_EQ(faults({}), Faults());
  EXPECT_EQ(
      faults({
          option(TENON_T_STRING, "a", "\"x\""),
          option(TENON_T_PATH, "b", "\"htdocs\""),
          list(TENON_T_STRING, "c", "[\"x\"]"),
          choice("d", "x|y"),
          bounded(TENON_T_INT, "e", 1, 5),
          option(TENON_T_STRING_MAP, "f", "{}"),
          option(TENON_T_BOOL, "g", "false"),
      }),
      Faults()
  );
}

TEST(Lint, FindsWhatTheAuthorDidWrong) {
  const auto changed = [](void (*change)(tenon_option&)) {
    tenon_option made = option(TENON_T_INT, "a", "1");
    change(made);
    return faults({made});
  };
  EXPECT_EQ(
      changed([](tenon_option& o) { o.name = nullptr; }),
      Faults{"option 0 is named NULL, and a name is [a-z][a-z0-9_]* of at most 32 letters"}
  );
  EXPECT_EQ(
      changed([](tenon_option& o) { o.name = "A-b"; }),
      Faults{"option 0 is named \"A-b\", and a name is [a-z][a-z0-9_]* of at most 32 letters"}
  );
  EXPECT_EQ(
      changed([](tenon_option& o) { o.type = 99; }), Faults{"option \"a\" has the unknown type 99"}
  );
  EXPECT_EQ(changed([](tenon_option& o) { o.scopes = 0; }), Faults{"option \"a\" has no scope"});
  EXPECT_EQ(changed([](tenon_option& o) { o.doc = ""; }), Faults{"option \"a\" has no doc"});
  EXPECT_EQ(
      changed([](tenon_option& o) { o.flags = TENON_OPT_REQUIRED; }),
      Faults{"option \"a\" is required and has a default: one of them is never used"}
  );
  EXPECT_EQ(
      changed([](tenon_option& o) { o.min = o.max = 0; }),
      Faults{"option \"a\" allows only 0, as min and max are 0; min = 1, max = 0 means no limits"}
  );
  EXPECT_EQ(
      changed([](tenon_option& o) { o.choices = "x"; }),
      Faults{"option \"a\" has choices, but is no enum"}
  );
}

TEST(Lint, FindsBadTypesAndLists) {
  EXPECT_EQ(faults({choice("a", "")}), Faults{"option \"a\" is an enum without choices"});
  EXPECT_EQ(
      faults({list(TENON_T_FLOAT, "a")}),
      Faults{"option \"a\" is a list of a type that has no lists"}
  );
  EXPECT_EQ(
      faults({option(TENON_T_INT, "a"), option(TENON_T_INT, "a")}),
      Faults{"option \"a\" is declared twice"}
  );
}

TEST(Lint, FindsFilesAndSecretsOutOfPlace) {
  tenon_option number = option(TENON_T_INT, "a");
  number.flags = TENON_OPT_SECRET;

  EXPECT_EQ(faults({option(TENON_T_FILE, "a"), testing::secret("b")}), Faults());
  EXPECT_EQ(faults({number}), Faults{"option \"a\" is secret, which only a string can be"});
  EXPECT_EQ(
      faults({option(TENON_T_FILE, "a", "\"x\"")}),
      Faults{"option \"a\" is a file and has a default: only what the operator names is read"}
  );
}

TEST(Lint, FindsBadDefaults) {
  EXPECT_EQ(
      faults({option(TENON_T_INT, "a", "\"x\"")}),
      Faults{"option \"a\" is wrong: its default must be an integer, not a string"}
  );
  EXPECT_EQ(
      faults({option(TENON_T_STRING, "a", "x")}),
      Faults{"option \"a\" is wrong: not valid TOML (value): could not determine value type"}
  );
  EXPECT_EQ(
      faults({option(TENON_T_INT, "a", "1\nb = 2")}),
      Faults{"option \"a\" is wrong: its default: the default is more than one value"}
  );
}

TEST(Lint, RefusesATableThatCannotBeWalked) {
  tenon_option shorter = option(TENON_T_INT, "a");
  shorter.struct_size = 40;

  EXPECT_EQ(faults({shorter}), Faults{"the option table says struct_size 40, and 72 is the least"});
  EXPECT_EQ(
      lint({"hello", "module hello", nullptr, 1}),
      Faults{"the option table is NULL, but has a length"}
  );
}

TEST(OptionTable, IsWalkedByTheFirstStructSize) {
  struct Longer {
    tenon_option option;
    uint64_t later;
  };
  Longer options[] = {{option(TENON_T_INT, "a"), 1}, {option(TENON_T_INT, "b"), 2}};
  options[0].option.struct_size = options[1].option.struct_size = sizeof(Longer);
  const OptionTable table = {"hello", "module hello", &options[0].option, 2};

  EXPECT_STREQ(table.at(1).name, "b");
  EXPECT_EQ(lint(table), Faults());
}

}  // namespace
}  // namespace tenon::config
