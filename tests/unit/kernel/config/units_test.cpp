// SPDX-License-Identifier: Apache-2.0
#include "config/units.hpp"

#include <gtest/gtest.h>

namespace tenon::config {
namespace {

TEST(Units, ReadsDurations) {
  EXPECT_EQ(parse_duration("250ms"), 250'000'000);
  EXPECT_EQ(parse_duration("30s"), 30'000'000'000);
  EXPECT_EQ(parse_duration("5m"), 300'000'000'000);
  EXPECT_EQ(parse_duration("2h"), 7'200'000'000'000);
  EXPECT_EQ(parse_duration("0s"), 0);
}

TEST(Units, RefusesOtherDurations) {
  for (const char* text : {"", "30", "s", "-1s", "1.5s", "1 s", "1d", "1S", "2562048h", "1m30s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, ReadsSizes) {
  EXPECT_EQ(parse_size("4096"), 4096);
  EXPECT_EQ(parse_size("64KiB"), 65536);
  EXPECT_EQ(parse_size("10MiB"), 10485760);
  EXPECT_EQ(parse_size("1GiB"), 1073741824);
}

TEST(Units, RefusesOtherSizes) {
  for (const char* text : {"", "KiB", "64KB", "64K", "64kib", "64 KiB", "-1", "9999999999GiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Units, FormatsTheShortestExactForm) {
  EXPECT_EQ(format_duration(0), "0");
  EXPECT_EQ(format_duration(90'000'000'000), "90s");
  EXPECT_EQ(format_duration(7'200'000'000'000), "2h");
  EXPECT_EQ(format_duration(1'500'000), "1500000ns");
  EXPECT_EQ(format_size(0), "0");
  EXPECT_EQ(format_size(1000), "1000");
  EXPECT_EQ(format_size(131072), "128KiB");
}

}  // namespace
}  // namespace tenon::config
