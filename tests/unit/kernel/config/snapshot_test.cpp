// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "config/config.hpp"

namespace tenon::config {
namespace {

Snapshot sample() {
  return {
      {"/program", "/data"},
      {{"config/tenon.toml", "a = 1\n"}, {"x", std::string("\0\xFF", 2)}},
      {{"HOME", "/root"}, {"PORT", ""}},
      {{"/data/mime.types", "", "text/html html\n"}, {"/data/none", "no such file", ""}},
      {{"/program/modules/mod_a.so", "/data/run/gen/0123456789abcdef/mod_a.so"}}};
}

TEST(Snapshot, IsTheSameAfterEncodingAndDecoding) {
  const Result<Snapshot> snapshot = decode(encode(sample()));

  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->roots.program, "/program");
  EXPECT_EQ(snapshot->roots.data, "/data");
  ASSERT_EQ(snapshot->files.size(), 2u);
  EXPECT_EQ(snapshot->files[0].path, "config/tenon.toml");
  EXPECT_EQ(snapshot->files[0].bytes, "a = 1\n");
  EXPECT_EQ(snapshot->files[1].bytes, std::string("\0\xFF", 2));
  EXPECT_EQ(snapshot->environment, sample().environment);
  ASSERT_EQ(snapshot->option_files.size(), 2u);
  EXPECT_EQ(snapshot->option_files[0].path, "/data/mime.types");
  EXPECT_EQ(snapshot->option_files[0].bytes, "text/html html\n");
  EXPECT_EQ(snapshot->option_files[1].refusal, "no such file");
  ASSERT_EQ(snapshot->module_copies.size(), 1u);
  EXPECT_EQ(snapshot->module_copies[0].file, "/program/modules/mod_a.so");
  EXPECT_EQ(snapshot->module_copies[0].copy, "/data/run/gen/0123456789abcdef/mod_a.so");
}

TEST(Snapshot, ListsTheFilesThatAreWanted) {
  const std::vector<std::string> paths = {"/data/a", "/data/b"};
  EXPECT_EQ(encode_wanted({}), "");

  const std::string bytes = encode_wanted(paths);
  const auto decoded = decode_wanted(bytes);

  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, paths);
  EXPECT_FALSE(decode_wanted(bytes + "x"));
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_wanted(std::string_view(bytes).substr(0, length))) << length;
  }
}

TEST(Snapshot, MayHaveNoFiles) {
  const Result<Snapshot> snapshot = decode(encode({{"/p", "/d"}, {}}));

  ASSERT_TRUE(snapshot);
  EXPECT_TRUE(snapshot->files.empty());
}

TEST(Snapshot, IsRefusedWhereverItIsCutOff) {
  const std::string bytes = encode(sample());

  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, length))) << length;
  }
}

TEST(Snapshot, SurvivesEveryChangeOfOneByte) {
  const std::string bytes = encode(sample());

  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const Result<Snapshot> snapshot = decode(changed);
      if (snapshot) {
        EXPECT_EQ(encode(*snapshot), changed);
      }
    }
  }
}

TEST(Snapshot, NamesWhatIsWrong) {
  std::string bytes = encode(sample());

  EXPECT_EQ(
      decode(bytes + "x").error().text(), "the configuration's snapshot has bytes after its end"
  );
  EXPECT_EQ(decode("TNSX").error().text(), "the configuration's snapshot has another magic");
  bytes[4] = 9;
  EXPECT_EQ(decode(bytes).error().text(), "the configuration's snapshot is of another version");
  const std::string huge = encode({{"", ""}, {}}).substr(0, 16) + std::string(4, '\xFF');
  EXPECT_EQ(
      decode(huge).error().text(),
      "the configuration's snapshot is cut off, or has a wrong length or count"
  );
}

}  // namespace
}  // namespace tenon::config
