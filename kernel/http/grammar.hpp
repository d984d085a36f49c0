// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/words.hpp"

// The character classes of RFC 9110 and RFC 9112, as one table lookup per byte.
namespace tenon::http {

inline constexpr uint8_t kTokenChar = 1;  // tchar: methods, field names
inline constexpr uint8_t kFieldChar = 2;  // HTAB, SP, VCHAR, obs-text: field values
// What a request target may have. RFC 3986 has no \ ^ ` { | } [ ] in paths and queries, but the URL
// standard that browsers follow sends some of them as they are; " < > are always encoded.
inline constexpr uint8_t kTargetChar = 4;
inline constexpr uint8_t kHostChar = 8;   // of a registered name or an IPv4 address
inline constexpr uint8_t kPathChar = 16;  // of a path, standing for itself

constexpr uint8_t classify(unsigned c) {
  const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  const bool alphanumeric = letter || (c >= '0' && c <= '9');
  const auto one_of = [c](std::string_view set) {
    return c != 0 && c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
  };
  unsigned classes = 0;
  if (alphanumeric || one_of("!#$%&'*+-.^_`|~")) classes |= kTokenChar;
  if (c == '\t' || (c >= 0x20 && c != 0x7f)) classes |= kFieldChar;
  if (c > 0x20 && c < 0x7f && !one_of("\"#<>")) classes |= kTargetChar;
  if ((classes & kTargetChar) != 0 && !one_of("%\\`{}")) classes |= kPathChar;
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

// The next element of a list, without OWS around it; takes it off `list`. Empty ones are to be
// ignored (RFC 9110 §5.6.1.2).
constexpr std::string_view take_element(std::string_view& list) {
  const size_t comma = list.find(',');
  const std::string_view element = trim_ows(list.substr(0, comma));
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return element;
}

// Whether a CR is followed by anything but LF. The last byte may still get its LF.
constexpr bool has_bare_cr(std::string_view bytes) {
  for (size_t at = 0; (at = bytes.find('\r', at)) != std::string_view::npos; ++at) {
    if (at + 1 < bytes.size() && bytes[at + 1] != '\n') return true;
  }
  return false;
}

// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace tenon::http
