// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "http/grammar.hpp"

namespace tenon {
namespace {

constexpr size_t kLengthMax = 40;

// All bytes at all places of texts of all short lengths: `check` gets each.
template <class Check>
void with_each_byte_everywhere(char filler, Check check) {
  for (size_t length = 1; length <= kLengthMax; ++length) {
    for (size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, filler);
        text[at] = static_cast<char>(byte);
        check(text, at);
      }
    }
  }
}

char lower_by_hand(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

TEST(Words, LowerChangesLettersOnlyAtEveryPlace) {
  with_each_byte_everywhere('Q', [](const std::string& text, size_t at) {
    std::string out = text;
    copy_lower(out, out.data());  // in place
    std::string expected(text.size(), 'q');
    expected[at] = lower_by_hand(text[at]);
    ASSERT_EQ(out, expected);
  });
}

TEST(Words, EqualNoCaseLooksAtEveryPlace) {
  with_each_byte_everywhere('Q', [](const std::string& text, size_t at) {
    std::string other(text.size(), 'q');
    other[at] = 'z';
    ASSERT_EQ(equal_no_case(text, other), text[at] == 'z' || text[at] == 'Z') << text;
  });
}

TEST(Words, TokensAreWhatTheTableSays) {
  with_each_byte_everywhere('a', [](const std::string& text, size_t) {
    ASSERT_EQ(http::is_token(text), http::all_are(http::kTokenChar, text)) << text;
  });
  EXPECT_FALSE(http::is_token(""));
}

TEST(Words, FieldValuesAreWhatTheTableSays) {
  with_each_byte_everywhere(' ', [](const std::string& text, size_t) {
    ASSERT_EQ(http::is_field_value(text), http::all_are(http::kFieldChar, text)) << text;
  });
  EXPECT_TRUE(http::is_field_value(""));
}

TEST(Words, AgreeWithTheTableOnRandomBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 100'000; ++round) {
    std::string text(random() % kLengthMax, 0);
    for (char& c : text) {
      c = static_cast<char>(random() % 4 == 0 ? random() : "aZ9-~ \t"[random() % 7]);
    }
    ASSERT_EQ(http::is_field_value(text), http::all_are(http::kFieldChar, text));
    ASSERT_EQ(http::is_token(text), !text.empty() && http::all_are(http::kTokenChar, text));
    std::string lowered(text.size(), 0);
    copy_lower(text, lowered.data());
    for (char& c : text) {
      c = lower_by_hand(c);
    }
    ASSERT_EQ(lowered, text);
  }
}

}  // namespace tenon
