// SPDX-License-Identifier: Apache-2.0
#include "event/memory_map.hpp"

#include <algorithm>
#include <cstring>

namespace tenon::mpm {
namespace {

std::uint64_t take_hex(std::string_view& text) {
  std::uint64_t value = 0;
  while (!text.empty()) {
    const char c = text.front();
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) break;
    value = value * 16 + static_cast<std::uint64_t>(digit);
    text.remove_prefix(1);
  }
  return value;
}

void skip(std::string_view& text, char c) {
  while (!text.empty() && text.front() == c)
    text.remove_prefix(1);
}

void skip_word(std::string_view& text) {
  skip(text, ' ');
  text.remove_prefix(std::min(text.find(' '), text.size()));
  skip(text, ' ');
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : text)
    value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return value;
}

}  // namespace

bool MemoryMap::take(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    const std::size_t room = std::min(part.size(), kLineBytesMax - line_bytes_);
    std::memcpy(line_ + line_bytes_, part.data(), room);
    line_bytes_ += room;
    if (end == std::string_view::npos) return true;
    if (!take_line({line_, line_bytes_})) return false;
    line_bytes_ = 0;
    piece.remove_prefix(end + 1);
  }
  return true;
}

// "7f0c1000-7f0c2000 r-xp 00001000 08:01 1234      /folder/mod_x.so"
bool MemoryMap::take_line(std::string_view line) {
  const std::uint64_t start = take_hex(line);
  skip(line, '-');
  const std::uint64_t end = take_hex(line);
  skip_word(line);
  const std::uint64_t offset = take_hex(line);
  skip_word(line);  // the device
  skip_word(line);  // the inode
  enter_file(line, start - offset);
  found_ = address_ >= start && address_ < end;
  return !found_;
}

// The parts of one file follow each other, and the first begins with the file.
void MemoryMap::enter_file(std::string_view path, std::uint64_t base) {
  const std::uint64_t path_hash = hash(path);
  if (path_hash == path_hash_ && !path.empty()) return;
  path_hash_ = path_hash;
  base_ = path.empty() ? 0 : base;
  constexpr std::string_view kDeleted = " (deleted)";  // or overwritten by renaming
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  const std::string_view name = path.substr(path.rfind('/') + 1);
  name_bytes_ = std::min(name.size(), sizeof name_);
  std::memcpy(name_, name.data(), name_bytes_);
}

}  // namespace tenon::mpm
