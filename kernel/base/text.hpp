// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Small helpers for text. Letters are ASCII letters: no locale has a say in a protocol or a config.
namespace tenon {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower_letter(char c) {
  return c >= 'a' && c <= 'z';
}

std::string to_lower(std::string_view text);
bool equal_no_case(std::string_view a, std::string_view b);

// Without blanks and tabs at both ends.
std::string_view trim(std::string_view text);

// The parts between separators, empty ones included; "" has one part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string_view>& parts, std::string_view separator);

// All of `text` as an unsigned decimal; none when it is empty, has anything else, or is too big.
std::optional<uint64_t> parse_u64(std::string_view text);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// Fit for a terminal and for one line of a log: control characters and bytes that are not UTF-8
// become \xNN. Quotes are kept.
std::string printable(std::string_view text);
// printable() between double quotes, as messages show names and values; long ones are cut.
std::string quote(std::string_view text);

// [a-z][a-z0-9_]{0,31}: how modules, MPMs, listeners and options are named.
bool is_name(std::string_view text);

}  // namespace tenon
