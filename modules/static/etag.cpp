// SPDX-License-Identifier: Apache-2.0
#include "etag.hpp"

#include <bit>

namespace tenon::static_files {
namespace {

using std::string_view;

constexpr int64_t kSettledNs = 2'000'000'000;  // the coarsest file time in use (FAT) is 2 s
constexpr string_view kWeak = "W/";

// One round of splitmix64: every bit of the input moves every bit of the result.
uint64_t mix(uint64_t seed, uint64_t value) {
  uint64_t x = seed + value + 0x9E37'79B9'7F4A'7C15u;
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9u;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBu;
  return x ^ (x >> 31);
}

constexpr string_view kDigits = "0123456789abcdef";

// All 16 digits, a byte at a time.
size_t put_hash(char* to, uint64_t hash) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *to++ = kDigits[hash >> (shift + 4) & 15];
    *to++ = kDigits[hash >> shift & 15];
  }
  return 16;
}

size_t put_size(char* to, uint64_t size) {
  const int digits = (std::bit_width(size | 1) + 3) / 4;
  for (int i = digits - 1; i >= 0; --i) {
    *to++ = kDigits[size >> (4 * i) & 15];
  }
  return static_cast<size_t>(digits);
}

string_view opaque(string_view tag) {
  return tag.starts_with(kWeak) ? tag.substr(kWeak.size()) : tag;
}

// RFC 9110 §8.8.3: no quote, space or control character within the quotes.
bool is_etag_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

// Takes the tag that `list` starts with off it; empty: it starts with none.
string_view take_tag(string_view& list) {
  size_t end = list.starts_with(kWeak) ? kWeak.size() : 0;
  if (end >= list.size() || list[end] != '"') return {};
  ++end;
  while (end < list.size() && is_etag_byte(list[end])) {
    ++end;
  }
  if (end == list.size() || list[end] != '"') return {};
  const string_view tag = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  return tag;
}

void skip_separators(string_view& list) {
  const size_t next = list.find_first_not_of(", \t");
  list.remove_prefix(next == string_view::npos ? list.size() : next);
}

}  // namespace

ETag::ETag(const tenon_file_info& file, int64_t now_unix_ns) {
  uint64_t hash = mix(0, file.id_volume);
  hash = mix(hash, file.id_file);
  hash = mix(hash, file.size);
  hash = mix(hash, static_cast<uint64_t>(file.mtime_ns));
  if (now_unix_ns < file.mtime_ns || now_unix_ns - file.mtime_ns < kSettledNs) {
    text_[length_++] = 'W';
    text_[length_++] = '/';
  }
  text_[length_++] = '"';
  length_ += put_hash(&text_[length_], hash);
  text_[length_++] = '-';
  length_ += put_size(&text_[length_], file.size);
  text_[length_++] = '"';
}

bool same_weakly(string_view a, string_view b) {
  return opaque(a) == opaque(b);
}

bool same_strongly(string_view a, string_view b) {
  return a == b && !a.starts_with(kWeak);
}

bool list_holds(string_view field, string_view tag, bool strongly) {
  skip_separators(field);
  if (field == "*") return true;
  while (!field.empty()) {
    const string_view one = take_tag(field);
    if (one.empty()) return false;
    if (strongly ? same_strongly(one, tag) : same_weakly(one, tag)) return true;
    skip_separators(field);
  }
  return false;
}

}  // namespace tenon::static_files
