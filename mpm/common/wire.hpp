// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tenon::mpm {

// Appends little-endian numbers and bytes to a string.
class WireWriter {
 public:
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void bytes(std::string_view value) { out_.append(value); }
  std::string take() { return std::move(out_); }

 private:
  void number(std::uint64_t value, std::size_t width);

  std::string out_;
};

// Reads the same back. A read beyond the end gives 0 and makes ok() false for good, so that a
// decoder checks once, at its end.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view rest();
  // Whether everything so far was there, and nothing is left over.
  bool done() const { return ok_ && bytes_.empty(); }
  bool ok() const { return ok_; }

 private:
  std::uint64_t number(std::size_t width);

  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace tenon::mpm
