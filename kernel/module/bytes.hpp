// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace tenon::module {

// Bounds-checked reading of little-endian fields: a file that lies about its offsets reads as zero.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  bool holds(size_t offset, size_t length) const {
    return offset <= bytes_.size() && length <= bytes_.size() - offset;
  }
  template <class T>
  T get(size_t offset) const {
    T value{};
    if (holds(offset, sizeof value)) std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  // NUL-terminated; a name that never ends reads as empty.
  std::string text(size_t offset) const {
    if (offset >= bytes_.size()) return {};
    const size_t end = bytes_.find('\0', offset);
    if (end == std::string_view::npos) return {};
    return std::string(bytes_.substr(offset, end - offset));
  }

 private:
  std::string_view bytes_;
};

}  // namespace tenon::module
