// SPDX-License-Identifier: Apache-2.0
#include "tests/http1/escapes.hpp"

#include <charconv>

namespace tenon::http1 {
namespace {

constexpr size_t kTimesMax = 1'000'000;

// "N*text}" behind "\{".
std::string append_repeated(std::string_view& rest, std::string& out) {
  size_t times = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), times);
  rest.remove_prefix(static_cast<size_t>(read.ptr - rest.data()));
  const size_t end = rest.find('}');
  if (times == 0 || times > kTimesMax || !rest.starts_with('*') || end == std::string_view::npos) {
    return "a repetition is \\{N*text}";
  }
  std::string text;
  const std::string wrong = append_unescaped(rest.substr(1, end - 1), text);
  for (size_t i = 0; i < times; ++i) {
    out += text;
  }
  rest.remove_prefix(end + 1);
  return wrong;
}

// "HH" behind "\x".
std::string append_hex(std::string_view& rest, std::string& out) {
  unsigned value = 0;
  const std::string_view digits = rest.substr(0, 2);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || read.ptr != digits.data() + 2) return "a byte is \\xHH";
  out += static_cast<char>(value);
  rest.remove_prefix(2);
  return "";
}

}  // namespace

std::string append_unescaped(std::string_view line, std::string& out) {
  constexpr std::string_view kLetters = "rnt0\\";
  constexpr std::string_view kMeanings("\r\n\t\0\\", 5);
  while (!line.empty()) {
    const char c = line.front();
    line.remove_prefix(1);
    if (c != '\\') {
      out += c;
      continue;
    }
    const char letter = line.empty() ? ' ' : line.front();
    if (!line.empty()) line.remove_prefix(1);
    const size_t at = kLetters.find(letter);
    std::string wrong;
    if (at != std::string_view::npos) {
      out += kMeanings[at];
    } else if (letter == 'x') {
      wrong = append_hex(line, out);
    } else if (letter == '{') {
      wrong = append_repeated(line, out);
    } else {
      wrong = "an escape is one of \\r \\n \\t \\0 \\\\ \\xHH \\{N*text}";
    }
    if (!wrong.empty()) return wrong;
  }
  return "";
}

}  // namespace tenon::http1
