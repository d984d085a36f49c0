// SPDX-License-Identifier: Apache-2.0
#include "files/name_rules.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tenon::files {
namespace {

constexpr std::string_view kForbidden = "\\:*?\"<>|";

// Devices that Windows finds in every folder. CLOCK$ is one of old, and still refused.
constexpr std::array<std::string_view, 7> kDevices = {
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"};

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool equals_upper(std::string_view text, std::string_view upper_text) {
  return std::equal(
      text.begin(),
      text.end(),
      upper_text.begin(),
      upper_text.end(),
      [](char a, char b) { return upper(a) == b; }
  );
}

// COM1 to COM9, LPT1 to LPT9, the same with 0, and with the superscripts of Latin-1: Windows takes
// COM¹ for COM1.
bool is_numbered_device(std::string_view base) {
  if (base.size() < 4) return false;
  const std::string_view kind = base.substr(0, 3);
  if (!equals_upper(kind, "COM") && !equals_upper(kind, "LPT")) return false;
  const std::string_view number = base.substr(3);
  if (number.size() == 1) return number[0] >= '0' && number[0] <= '9';
  return number == "\u00B9" || number == "\u00B2" || number == "\u00B3";
}

// "nul", "NUL.txt" and "nul .txt" all name the device: what counts is before the first dot, without
// trailing spaces.
bool is_device(std::string_view segment) {
  std::string_view base = segment.substr(0, segment.find('.'));
  while (!base.empty() && base.back() == ' ') {
    base.remove_suffix(1);
  }
  const auto same = [base](std::string_view device) { return equals_upper(base, device); };
  return std::any_of(kDevices.begin(), kDevices.end(), same) || is_numbered_device(base);
}

bool is_forbidden_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || kForbidden.find(c) != std::string_view::npos;
}

// An empty segment is refused because "a//b" would be a second name of "a/b"; "." and ".." are
// among the segments that end in a dot.
bool is_served_segment(std::string_view segment) {
  if (segment.empty() || segment.back() == '.' || segment.back() == ' ') return false;
  return !is_device(segment);
}

// The bytes of one encoded character: how many, and the least value that needs so many.
struct Sequence {
  size_t length;
  uint32_t least;
  uint32_t bits;
};

Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1, 0, lead};
  if ((lead & 0xE0) == 0xC0) return {2, 0x80, lead & 0x1Fu};
  if ((lead & 0xF0) == 0xE0) return {3, 0x800, lead & 0x0Fu};
  if ((lead & 0xF8) == 0xF0) return {4, 0x10000, lead & 0x07u};
  return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text[0]));
    if (sequence.length == 0 || sequence.length > text.size()) return false;
    uint32_t code = sequence.bits;
    for (const char c : text.substr(1, sequence.length - 1)) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte & 0xC0) != 0x80) return false;
      code = code << 6 | (byte & 0x3Fu);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < sequence.least || surrogate || code > 0x10FFFF) return false;
    text.remove_prefix(sequence.length);
  }
  return true;
}

bool is_served_name(std::string_view name) {
  if (name.empty()) return true;
  if (name.size() > kNameBytesMax || !is_utf8(name)) return false;
  if (std::any_of(name.begin(), name.end(), is_forbidden_byte)) return false;
  while (true) {
    const size_t slash = name.find('/');
    if (!is_served_segment(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

}  // namespace tenon::files
