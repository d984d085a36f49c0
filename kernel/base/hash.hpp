// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace tenon {

// FNV-1a, 64 bit: gives things a name, and tells whether they are still the same. No seal: whoever
// wants two texts of one hash can make them.
class Fnv1a {
 public:
  Fnv1a& add(std::string_view bytes) {
    for (const char byte : bytes)
      value_ = (value_ ^ static_cast<unsigned char>(byte)) * 1099511628211u;
    return *this;
  }
  // With what stands behind it kept apart: "ab" and "c" is not "a" and "bc".
  Fnv1a& add_apart(std::string_view text) {
    return add(std::to_string(text.size())).add(":").add(text);
  }

  uint64_t value() const { return value_; }
  // 16 hex digits.
  std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value_));
    return digits;
  }

 private:
  uint64_t value_ = 14695981039346656037u;
};

}  // namespace tenon
