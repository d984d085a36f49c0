// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "base/words.hpp"

// The character classes of RFC 9110 and RFC 9112, as one table lookup per byte.
namespace tenon::http {

inline constexpr uint8_t kTokenChar = 1;   // tchar: methods, field names
inline constexpr uint8_t kFieldChar = 2;   // HTAB, SP, VCHAR, obs-text: field values
inline constexpr uint8_t kTargetChar = 4;  // VCHAR: request targets
inline constexpr uint8_t kHostChar = 8;    // of a registered name or an IPv4 address

constexpr uint8_t classify(unsigned c) {
  const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  const bool alphanumeric = letter || (c >= '0' && c <= '9');
  const auto one_of = [c](std::string_view set) {
    return c != 0 && c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
  };
  unsigned classes = 0;
  if (alphanumeric || one_of("!#$%&'*+-.^_`|~")) classes |= kTokenChar;
  if (c == '\t' || (c >= 0x20 && c != 0x7f)) classes |= kFieldChar;
  if (c > 0x20 && c < 0x7f) classes |= kTargetChar;
  if (alphanumeric || one_of("-._~")) classes |= kHostChar;
  return static_cast<uint8_t>(classes);
}

inline constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> table{};
  for (unsigned c = 0; c < 256; ++c) {
    table[c] = classify(c);
  }
  return table;
}();

constexpr bool is(uint8_t char_class, char c) {
  return (kClasses[static_cast<uint8_t>(c)] & char_class) != 0;
}

// Visible bytes, spaces, and those above ASCII; tabs are left to the table.
constexpr bool is_plain(uint64_t word) {
  return (words::any_below(word, 0x20) | words::any_equal(word, 0x7f)) == 0;
}

constexpr bool all_are(uint8_t char_class, std::string_view text) {
  unsigned classes = char_class;
  for (const char c : text) {
    classes &= kClasses[static_cast<uint8_t>(c)];
  }
  return classes != 0;
}

// The same as the table says, but for what is usual eight bytes at a time.
inline bool is_field_value(std::string_view text) {
  if (text.size() >= words::kBytes && words::all_words(text, is_plain)) return true;
  return all_are(kFieldChar, text);
}
inline bool is_token(std::string_view text) {
  if (text.size() >= words::kBytes && words::all_words(text, words::is_word)) return true;
  return !text.empty() && all_are(kTokenChar, text);
}

// Without leading and trailing OWS (RFC 9110 §5.6.3).
constexpr std::string_view trim_ows(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace tenon::http
