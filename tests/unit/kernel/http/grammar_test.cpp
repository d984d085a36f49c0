// SPDX-License-Identifier: Apache-2.0
#include "http/grammar.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::http {
namespace {

TEST(Grammar, JudgesFieldValuesLikeTheirBytes) {
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(byte);
        ASSERT_EQ(is_field_value(text), all_are(kFieldChar, text))
            << size << ' ' << at << ' ' << byte;
      }
    }
  }
  EXPECT_TRUE(is_field_value(""));
  EXPECT_TRUE(is_field_value("\t\t\t\t\t\t\t\t \xff~"));
  EXPECT_FALSE(is_field_value("\x80\x81\x82\x83\x84\x85\x86\x1f"));
}

TEST(Grammar, TakesTheElementsOfAList) {
  std::string_view list = " a ,,\tb;c, ";

  EXPECT_EQ(take_element(list), "a");
  EXPECT_EQ(take_element(list), "");
  EXPECT_EQ(take_element(list), "b;c");
  EXPECT_EQ(take_element(list), "");
  EXPECT_TRUE(list.empty());
}

TEST(Grammar, FindsBareCarriageReturns) {
  EXPECT_FALSE(has_bare_cr("a\r\nb\r"));
  EXPECT_TRUE(has_bare_cr("a\r\nb\rc"));
  EXPECT_TRUE(has_bare_cr("\r\r\n"));
}

}  // namespace
}  // namespace tenon::http
