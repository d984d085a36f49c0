// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Eight bytes at a time, in ordinary integers, for what looks at every byte of a message. Each
// byte's answer is in its own highest bit.
namespace tenon::words {

inline constexpr size_t kBytes = sizeof(uint64_t);
inline constexpr uint64_t kOnes = 0x0101'0101'0101'0101u;
inline constexpr uint64_t kHighs = 0x8080'8080'8080'8080u;

inline uint64_t load(const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, kBytes);
  return word;
}
inline void store(char* bytes, uint64_t word) {
  std::memcpy(bytes, &word, kBytes);
}

// Not 0: there is a byte less than `limit`, which is at most 128. Says no more than that: a byte
// behind one that is may be marked as well.
constexpr uint64_t any_below(uint64_t word, uint8_t limit) {
  return (word - kOnes * limit) & ~word & kHighs;
}
// Not 0: there is such a byte.
constexpr uint64_t any_equal(uint64_t word, char byte) {
  return any_below(word ^ (kOnes * static_cast<uint8_t>(byte)), 1);
}

// The highest bit of each byte that is in [first, last]. REQUIRES: all bytes are ASCII, so that no
// sum carries into the next byte.
constexpr uint64_t in_range(uint64_t ascii, char first, char last) {
  const uint64_t from_first = ascii + kOnes * static_cast<uint8_t>(0x80 - first);
  const uint64_t behind_last = ascii + kOnes * static_cast<uint8_t>(0x80 - last - 1);
  return from_first & ~behind_last & kHighs;
}

// ASCII letters in lower case, all other bytes as they are.
constexpr uint64_t lower(uint64_t word) {
  const uint64_t upper = in_range(word & ~kHighs, 'A', 'Z') & ~word;
  return word | upper >> 2;  // 0x20 is what lower case has and upper case lacks
}

// Whether all bytes are letters, digits or hyphens, of which the names of fields are made.
constexpr bool is_word(uint64_t word) {
  const uint64_t ascii = word & ~kHighs;
  const uint64_t letters = in_range(ascii | kOnes * 0x20, 'a', 'z');
  const uint64_t not_hyphens = (ascii ^ kOnes * '-') + kOnes * 0x7f;
  const uint64_t good = letters | in_range(ascii, '0', '9') | ~not_hyphens;
  return (good & ~word & kHighs) == kHighs;
}

// Calls `good` with all of `text`, word by word; the last word begins within the one before it.
// False: one was not good. REQUIRES: kBytes or more.
template <class Good>
bool all_words(std::string_view text, Good good) {
  const char* const last = text.data() + text.size() - kBytes;
  for (const char* at = text.data(); at < last; at += kBytes) {
    if (!good(load(at))) return false;
  }
  return good(load(last));
}

}  // namespace tenon::words

namespace tenon {

// `text` in lower case to `out`, which has room for it; they may be the same.
inline void copy_lower(std::string_view text, char* out) {
  if (text.size() < words::kBytes) {
    for (const char c : text) {
      *out++ = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
    return;
  }
  const size_t last = text.size() - words::kBytes;
  for (size_t i = 0; i < last; i += words::kBytes) {
    words::store(out + i, words::lower(words::load(text.data() + i)));
  }
  words::store(out + last, words::lower(words::load(text.data() + last)));
}

}  // namespace tenon
