// SPDX-License-Identifier: Apache-2.0
#include "modules/static/etag.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::static_files {
namespace {

constexpr int64_t kNow = 1'795'000'000'000'000'000;

tenon_file_info sample() {
  tenon_file_info file{};
  file.struct_size = sizeof file;
  file.kind = TENON_FILE_REGULAR;
  file.size = 0x1f2;
  file.mtime_ns = kNow - 60'000'000'000;
  file.id_volume = 7;
  file.id_file = 42;
  return file;
}

std::string tag(const tenon_file_info& file, int64_t now = kNow) {
  return std::string(ETag(file, now).text());
}

TEST(ETag, IsQuotedAndTellsNothingButTheSize) {
  const std::string text = tag(sample());

  EXPECT_EQ(text.size(), 2 + 16 + 1 + 3u);
  EXPECT_EQ(text.front(), '"');
  EXPECT_TRUE(text.ends_with("-1f2\""));
  EXPECT_EQ(text, tag(sample()));
}

TEST(ETag, ChangesWithEachFact) {
  const auto changed = [](auto change) {
    tenon_file_info file = sample();
    change(file);
    return tag(file);
  };
  const std::string text = tag(sample());

  EXPECT_NE(text, changed([](tenon_file_info& file) { file.size = 0x1f3; }));
  EXPECT_NE(text, changed([](tenon_file_info& file) { file.mtime_ns += 100; }));
  EXPECT_NE(text, changed([](tenon_file_info& file) { file.id_file = 43; }));
  EXPECT_NE(text, changed([](tenon_file_info& file) { file.id_volume = 8; }));
}

TEST(ETag, IsWeakWhileTheFileMayChangeUnseen) {
  tenon_file_info file = sample();
  const std::string strong = tag(file);

  EXPECT_EQ(tag(file, file.mtime_ns + 1'999'999'999), "W/" + strong);
  EXPECT_EQ(tag(file, file.mtime_ns + 2'000'000'000), strong);
  EXPECT_EQ(tag(file, file.mtime_ns - 1), "W/" + strong) << "a time in the future";
}

TEST(ETag, HoldsTheLargestSize) {
  tenon_file_info file = sample();
  file.size = UINT64_MAX;

  EXPECT_TRUE(tag(file, file.mtime_ns).ends_with("-ffffffffffffffff\""));
  file.size = 0;
  EXPECT_TRUE(tag(file).ends_with("-0\""));
}

// The table of RFC 9110 §8.8.3.2.
TEST(ETag, ComparesAsTheStandardSays) {
  EXPECT_FALSE(same_strongly("W/\"1\"", "W/\"1\""));
  EXPECT_TRUE(same_weakly("W/\"1\"", "W/\"1\""));
  EXPECT_FALSE(same_weakly("W/\"1\"", "W/\"2\""));
  EXPECT_FALSE(same_strongly("W/\"1\"", "\"1\""));
  EXPECT_TRUE(same_weakly("W/\"1\"", "\"1\""));
  EXPECT_TRUE(same_strongly("\"1\"", "\"1\""));
}

TEST(ETag, IsFoundInAList) {
  EXPECT_TRUE(list_holds("\"a\"", "\"a\"", true));
  EXPECT_TRUE(list_holds("\"x\", \"a\"", "\"a\"", true));
  EXPECT_TRUE(list_holds("\"x\",\"y\",W/\"a\"", "\"a\"", false));
  EXPECT_TRUE(list_holds(" , ,\"x\" ,, \"a\" ,", "\"a\"", true));
  EXPECT_TRUE(list_holds("*", "\"a\"", true));
  EXPECT_TRUE(list_holds("\"with,comma\", \"a\"", "\"a\"", true));
}

TEST(ETag, IsNotFoundInAListWithoutIt) {
  EXPECT_FALSE(list_holds("", "\"a\"", false));
  EXPECT_FALSE(list_holds("\"b\"", "\"a\"", false));
  EXPECT_FALSE(list_holds("a", "\"a\"", false));
  EXPECT_FALSE(list_holds("\"a", "\"a\"", false));
  EXPECT_FALSE(list_holds("w/\"a\"", "\"a\"", false));
  EXPECT_FALSE(list_holds("\"x y\", \"a\"", "\"a\"", false));
  EXPECT_FALSE(list_holds("W/", "\"a\"", false));
  EXPECT_FALSE(list_holds("W/\"a\"", "\"a\"", true));
  EXPECT_FALSE(list_holds("\"*\"", "\"a\"", true));
}

}  // namespace
}  // namespace tenon::static_files
