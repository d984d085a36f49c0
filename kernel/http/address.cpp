// SPDX-License-Identifier: Apache-2.0
#include "http/address.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace tenon::http {
namespace {

constexpr size_t kGroups = 8;
using Groups = std::array<uint16_t, kGroups>;

char* put(char* out, unsigned value, int base) {
  return std::to_chars(out, out + 5, value, base).ptr;
}

size_t format_v4(const uint8_t* ip, char* out) {
  char* next = out;
  for (int i = 0; i < 4; ++i) {
    if (i != 0) *next++ = '.';
    next = put(next, ip[i], 10);
  }
  return static_cast<size_t>(next - out);
}

// The first of the longest runs of at least two zero groups; `length` 0: there is none.
size_t longest_zero_run(const Groups& groups, size_t& length) {
  size_t best = 0;
  length = 1;
  for (size_t begin = 0; begin < kGroups; ++begin) {
    size_t end = begin;
    while (end < kGroups && groups[end] == 0) {
      ++end;
    }
    if (end - begin > length) {
      best = begin;
      length = end - begin;
    }
  }
  if (length < 2) length = 0;
  return best;
}

size_t format_v6(const uint8_t* ip, char* out) {
  Groups groups;
  for (size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<uint16_t>(ip[2 * i] << 8 | ip[2 * i + 1]);
  }
  size_t run_length = 0;
  const size_t run = longest_zero_run(groups, run_length);
  char* next = out;
  for (size_t i = 0; i < kGroups;) {
    if (run_length != 0 && i == run) {
      *next++ = ':';
      i += run_length;
      if (i == kGroups) *next++ = ':';
      continue;
    }
    if (i != 0) *next++ = ':';
    next = put(next, groups[i++], 16);
  }
  return static_cast<size_t>(next - out);
}

}  // namespace

size_t format_address(const tenon_endpoint& endpoint, char* out) {
  return endpoint.family == 6 ? format_v6(endpoint.ip, out) : format_v4(endpoint.ip, out);
}

}  // namespace tenon::http
