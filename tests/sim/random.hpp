// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::sim {

// Numbers that a seed decides, the same on every platform (splitmix64); or, as long as they last,
// bytes that somebody chose.
class Random {
 public:
  explicit Random(uint64_t seed, std::string_view choices = {}) : state_(seed), choices_(choices) {}

  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // 0 .. bound - 1. REQUIRES: bound is not 0.
  size_t below(size_t bound) {
    if (choices_.empty()) return static_cast<size_t>(next() % bound);
    size_t number = 0;
    for (size_t reach = 1; reach < bound && !choices_.empty(); reach *= 256) {
      number = number * 256 + static_cast<unsigned char>(choices_.front());
      choices_.remove_prefix(1);
    }
    return number % bound;
  }
  // first .. last
  size_t between(size_t first, size_t last) { return first + below(last - first + 1); }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class T, size_t N>
  const T& pick(const std::array<T, N>& from) {
    return from[below(N)];
  }

 private:
  uint64_t state_;
  std::string_view choices_;
};

}  // namespace tenon::sim
