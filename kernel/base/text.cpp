// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

#include "base/words.hpp"

namespace tenon {
namespace {

constexpr size_t kNameBytesMax = 32;
constexpr size_t kQuoteBytesMax = 200;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The code point's bounds by its first byte catch overlong forms, surrogates and what is too high.
bool fits_length(uint32_t code, size_t length) {
  constexpr uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code >= kLowest[length] && code <= 0x10FFFF && !surrogate;
}

size_t length_by_first(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

// How many bytes the first character of `text` has; 0: it is not UTF-8.
size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const size_t length = length_by_first(first);
  if (length <= 1) return length;
  if (text.size() < length) return 0;
  uint32_t code = first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  return fits_length(code, length) ? length : 0;
}

void append_escaped(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// C0 and DEL; and C1, which terminals obey as well: U+0080 to U+009F are C2 80 to C2 9F.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = lower(c);
  }
  return out;
}

bool equal_no_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() < words::kBytes) {
    return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
      return lower(x) == lower(y);
    });
  }
  const size_t last = a.size() - words::kBytes;
  for (size_t i = 0;; i = std::min(i + words::kBytes, last)) {
    const uint64_t x = words::lower(words::load(a.data() + i));
    if (x != words::lower(words::load(b.data() + i))) return false;
    if (i == last) return true;
  }
}

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string join(const std::vector<std::string_view>& parts, std::string_view separator) {
  std::string out;
  for (const std::string_view& part : parts) {
    if (&part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

std::optional<uint64_t> parse_u64(std::string_view text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = std::max<size_t>(character_length(text), 1);
    const std::string_view character = text.substr(0, length);
    if (character_length(text) == 0 || is_control(character)) {
      for (const char c : character) {
        append_escaped(out, c);
      }
    } else {
      out += character;
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string quote(std::string_view text) {
  if (text.size() <= kQuoteBytesMax) return '"' + printable(text) + '"';
  size_t end = kQuoteBytesMax;
  while (end > 0 && is_continuation(text[end])) {
    --end;
  }
  return '"' + printable(text.substr(0, end)) + "...\"";
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kNameBytesMax || !is_lower_letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower_letter(c) || is_digit(c) || c == '_';
  });
}

}  // namespace tenon
