// SPDX-License-Identifier: Apache-2.0
#include "files/name_rules.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tenon::files {
namespace {

using namespace std::string_view_literals;

TEST(NameRules, LetOrdinaryNamesPass) {
  for (const std::string_view name : {
           ""sv,
           "index.html"sv,
           "a/b/c.txt"sv,
           ".well-known/acme"sv,
           "..hidden"sv,
           "a b.txt"sv,
           " leading space"sv,
           "a~1.txt"sv,
           "PROGRA~1/x"sv,  // an alias is found out by the final name, not by its look
           "console.txt"sv,
           "conx"sv,
           "com"sv,
           "com10"sv,
           "lpt"sv,
           "nullable.js"sv,
           "a.con"sv,
           "100%.txt"sv,
           "#&;=+,'`!@$^()[]{}"sv,
           "na\u00EFve/\u20AC/\U0001F600.png"sv,
       }) {
    EXPECT_TRUE(is_served_name(name)) << name;
  }
}

TEST(NameRules, RefuseDevicesInEverySpelling) {
  for (const std::string_view name : {
           "CON"sv,      "con"sv,     "Con.txt"sv,   "con .txt"sv,      "con.tar.gz"sv, "NUL"sv,
           "nul.html"sv, "dir/nul"sv, "nul/x"sv,     "PRN"sv,           "aux.h"sv,      "COM1"sv,
           "com9.log"sv, "COM0"sv,    "COM\u00B9"sv, "com\u00B2.txt"sv, "LPT\u00B3"sv,  "LPT9.x"sv,
           "conin$"sv,   "CONOUT$"sv, "clock$"sv,
       }) {
    EXPECT_FALSE(is_served_name(name)) << name;
  }
}

TEST(NameRules, RefuseNamesThatWindowsReadsInAnotherWay) {
  for (const std::string_view name : {
           "NUL."sv,
           "a "sv,
           "a."sv,
           "a./b"sv,
           "a /b"sv,
           "a:b"sv,
           "a.txt::$DATA"sv,
           "a:stream"sv,
           "C:/windows"sv,
           "a\\b"sv,
           "\\\\server\\x"sv,
           "a*"sv,
           "a?"sv,
           "\"a\""sv,
           "<a"sv,
           "a>"sv,
           "a|b"sv,
           "\\\\?\\C:"sv,
       }) {
    EXPECT_FALSE(is_served_name(name)) << name;
  }
}

TEST(NameRules, RefuseSegmentsThatLeadElsewhere) {
  for (const std::string_view name : {
           ".."sv,
           "."sv,
           "../a"sv,
           "a/../b"sv,
           "a/.."sv,
           "a/./b"sv,
           "..."sv,
           "/a"sv,
           "a//b"sv,
           "a/"sv,
           "/"sv,
       }) {
    EXPECT_FALSE(is_served_name(name)) << name;
  }
}

TEST(NameRules, RefuseControlCharacters) {
  for (char c = 0; c < 0x20; ++c) {
    EXPECT_FALSE(is_served_name(std::string("a") + c + "b")) << static_cast<int>(c);
  }
  EXPECT_FALSE(is_served_name("a\x7F"));
}

TEST(NameRules, RefuseIllFormedUtf8) {
  for (const std::string_view name : {
           "\xC0\xAF"sv,          // overlong '/'
           "\xC0\xAE\xC0\xAE"sv,  // overlong ".."
           "\xE0\x80\xAF"sv,
           "\xF0\x80\x80\xAF"sv,
           "\xC1\xBF"sv,
           "\xED\xA0\x80"sv,  // a lone surrogate
           "\xED\xBF\xBF"sv,
           "\xF4\x90\x80\x80"sv,  // above U+10FFFF
           "\xF8\x88\x80\x80\x80"sv,
           "\x80"sv,
           "a\xC3"sv,
           "a\xE2\x82"sv,
           "\xC3("sv,
           "\xFF\xFE"sv,
       }) {
    EXPECT_FALSE(is_served_name(name));
  }
}

TEST(NameRules, AcceptEveryLengthOfUtf8Character) {
  EXPECT_TRUE(is_utf8("\x7F"));
  EXPECT_TRUE(is_utf8("\xC2\x80"));
  EXPECT_TRUE(is_utf8("\xE0\xA0\x80"));
  EXPECT_TRUE(is_utf8("\xED\x9F\xBF"));
  EXPECT_TRUE(is_utf8("\xF0\x90\x80\x80"));
  EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
}

TEST(NameRules, BoundTheLength) {
  EXPECT_TRUE(is_served_name(std::string(kNameBytesMax, 'a')));
  EXPECT_FALSE(is_served_name(std::string(kNameBytesMax + 1, 'a')));
}

}  // namespace
}  // namespace tenon::files
