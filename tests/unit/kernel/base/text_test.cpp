// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace tenon {
namespace {

TEST(Text, LowersAsciiLettersOnly) {
  EXPECT_EQ(to_lower("AbZ[\xC3\x84"), "abz[\xC3\x84");
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(equal_no_case("Host", "hOST"));
  EXPECT_FALSE(equal_no_case("host", "hosts"));
}

TEST(Text, TrimsBlanksAndTabs) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim(" \t "), "");
}

TEST(Text, SplitsAndKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, JoinsParts) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Text, ParsesWholeDecimalNumbersOnly) {
  EXPECT_EQ(parse_u64("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "-1", "+1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(parse_u64(text), std::nullopt) << text;
  }
}

TEST(Text, TellsUtf8FromOtherBytes) {
  for (const char* text :
       {"", "a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  // In turn: a lone byte, cut off, overlong in two, three and four, a surrogate, too high.
  for (const char* text :
       {"\x80",
        "\xC3",
        "\xC0\x80",
        "\xE0\x80\x80",
        "\xF0\x80\x80\x80",
        "\xED\xA0\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xE2\x28\xA1"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(Text, PrintsControlCharactersAndBadBytesAsHex) {
  EXPECT_EQ(printable("a\n\x1B[0m\x7F"), "a\\x0a\\x1b[0m\\x7f");
  EXPECT_EQ(printable("\xFF\xC3\xA4\xC2\x9B"), "\\xff\xC3\xA4\\xc2\\x9b");
}

TEST(Text, QuotesAndCutsBetweenCharacters) {
  EXPECT_EQ(quote("a"), "\"a\"");
  const std::string text = std::string(199, 'x') + "\xC3\xA4 and more";
  EXPECT_EQ(quote(text), '"' + std::string(199, 'x') + "...\"");
}

TEST(Text, KnowsNames) {
  for (const char* name : {"a", "hello_c", "m2", "abcdefghijklmnopqrstuvwxyz_01234"}) {
    EXPECT_TRUE(is_name(name)) << name;
  }
  for (const char* name :
       {"", "A", "2a", "_a", "a-b", "a.b", "abcdefghijklmnopqrstuvwxyz_012345"}) {
    EXPECT_FALSE(is_name(name)) << name;
  }
}

}  // namespace
}  // namespace tenon
