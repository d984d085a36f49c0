// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

#include "tests/unit/kernel/config/option_tables.hpp"

namespace tenon::config {
namespace {

using testing::choice;
using testing::list;
using testing::Merged;
using testing::option;

enum : uint32_t {
  kBool,
  kFloat,
  kString,
  kStrings,
  kInts,
  kMap,
  kEnum,
  kAbsent,
  kAbsentList,
  kOptions
};

class CfgApi : public ::testing::Test {
 protected:
  CfgApi()
      : merged_(
            {option(TENON_T_BOOL, "bool", "true"),
             option(TENON_T_FLOAT, "float", "0.5"),
             option(TENON_T_STRING, "string", "\"x\""),
             list(TENON_T_STRING, "strings", "[\"a\", \"b\"]"),
             list(TENON_T_DURATION_NS, "ints", "[\"1s\", 0]"),
             option(TENON_T_STRING_MAP, "map", "{ k = \"v\" }"),
             choice("enum", "p|q"),
             option(TENON_T_INT, "absent"),
             list(TENON_T_STRING, "absent_list")}
        ),
        cfg_(&merged_.write(TENON_IN_ROUTE, "\n  enum = \"q\"").merge()) {}

  Merged merged_;
  const tenon_cfg* cfg_;
  const tenon_cfg_api& api_ = cfg_api();
};

TEST_F(CfgApi, ReadsSingleValues) {
  int64_t number = 0;
  double fraction = 0;
  tenon_str text{};

  EXPECT_EQ(api_.i64(cfg_, kBool, &number), TENON_OK);
  EXPECT_EQ(number, 1);
  EXPECT_EQ(api_.f64(cfg_, kFloat, &fraction), TENON_OK);
  EXPECT_EQ(fraction, 0.5);
  EXPECT_EQ(api_.str(cfg_, kString, &text), TENON_OK);
  EXPECT_EQ(view(text), "x");
  EXPECT_EQ(api_.str(cfg_, kEnum, &text), TENON_OK);
  EXPECT_EQ(view(text), "q");
}

TEST_F(CfgApi, ReadsListsAndMaps) {
  size_t count = 0;
  tenon_str text{}, key{};
  int64_t number = 0;

  EXPECT_EQ(api_.count(cfg_, kStrings, &count), TENON_OK);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(api_.item(cfg_, kStrings, 1, &text), TENON_OK);
  EXPECT_EQ(view(text), "b");
  EXPECT_EQ(api_.item_i64(cfg_, kInts, 0, &number), TENON_OK);
  EXPECT_EQ(number, 1'000'000'000);
  EXPECT_EQ(api_.count(cfg_, kMap, &count), TENON_OK);
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(api_.pair(cfg_, kMap, 0, &key, &text), TENON_OK);
  EXPECT_EQ(view(key), "k");
  EXPECT_EQ(view(text), "v");
}

TEST_F(CfgApi, TellsWhatIsNotGiven) {
  int64_t number = 0;
  size_t count = 0;
  tenon_str text{};

  EXPECT_EQ(api_.i64(cfg_, kAbsent, &number), TENON_E_NOT_FOUND);
  EXPECT_EQ(api_.count(cfg_, kAbsentList, &count), TENON_E_NOT_FOUND);
  EXPECT_EQ(api_.item(cfg_, kAbsentList, 0, &text), TENON_E_NOT_FOUND);
}

TEST_F(CfgApi, RefusesAnotherType) {
  int64_t number = 0;
  double fraction = 0;
  size_t count = 0;
  tenon_str text{}, key{};

  EXPECT_EQ(api_.i64(cfg_, kString, &number), TENON_E_ARG);
  EXPECT_EQ(api_.i64(cfg_, kInts, &number), TENON_E_ARG);
  EXPECT_EQ(api_.f64(cfg_, kBool, &fraction), TENON_E_ARG);
  EXPECT_EQ(api_.str(cfg_, kStrings, &text), TENON_E_ARG);
  EXPECT_EQ(api_.str(cfg_, kAbsent, &text), TENON_E_ARG);
  EXPECT_EQ(api_.count(cfg_, kString, &count), TENON_E_ARG);
  EXPECT_EQ(api_.item(cfg_, kInts, 0, &text), TENON_E_ARG);
  EXPECT_EQ(api_.item_i64(cfg_, kStrings, 0, &number), TENON_E_ARG);
  EXPECT_EQ(api_.pair(cfg_, kStrings, 0, &key, &text), TENON_E_ARG);
}

TEST_F(CfgApi, RefusesWrongIndexesAndNullPointers) {
  int64_t number = 0;
  size_t count = 0;
  tenon_str text{}, key{};

  EXPECT_EQ(api_.i64(cfg_, kOptions, &number), TENON_E_ARG);
  EXPECT_EQ(api_.count(cfg_, UINT32_MAX, &count), TENON_E_ARG);
  EXPECT_EQ(api_.item(cfg_, kStrings, 2, &text), TENON_E_ARG);
  EXPECT_EQ(api_.item_i64(cfg_, kInts, 2, &number), TENON_E_ARG);
  EXPECT_EQ(api_.pair(cfg_, kMap, 1, &key, &text), TENON_E_ARG);
  EXPECT_EQ(api_.i64(cfg_, kBool, nullptr), TENON_E_ARG);
  EXPECT_EQ(api_.pair(cfg_, kMap, 0, &key, nullptr), TENON_E_ARG);
  EXPECT_EQ(api_.i64(nullptr, kBool, &number), TENON_E_ARG);
}

TEST_F(CfgApi, AddsThePlaceToAFinding) {
  merged_.cfg().findings = &merged_.diagnostics();

  api_.diag(cfg_, kEnum, TENON_LOG_ERROR, str("q needs p\n"));
  api_.diag(cfg_, kOptions, TENON_LOG_WARN, str("no option"));
  api_.diag(cfg_, kEnum, TENON_LOG_DEBUG, str("not a finding"));

  EXPECT_EQ(merged_.said(), "route:2:10: error: q needs p\\x0a\nroute:1:1: warning: no option");
}

TEST_F(CfgApi, DropsFindingsOutsideOfACheck) {
  api_.diag(cfg_, kEnum, TENON_LOG_ERROR, str("too late"));

  EXPECT_EQ(merged_.said(), "");
}

}  // namespace
}  // namespace tenon::config
