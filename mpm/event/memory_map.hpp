// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::mpm {

// Finds an address in the text of /proc/PID/maps, which comes in pieces. Everything here may be
// called in a signal handler.
class MemoryMap {
 public:
  explicit MemoryMap(std::uint64_t address) : address_(address) {}

  // False: nothing more is needed.
  bool take(std::string_view piece);

  bool found() const { return found_; }
  // Of the file that the address lies in: its name without folders, "" for memory without a file,
  // and the address less where the file's first byte is.
  std::string_view name() const { return {name_, name_bytes_}; }
  std::uint64_t offset() const { return address_ - base_; }

 private:
  bool take_line(std::string_view line);
  void enter_file(std::string_view path, std::uint64_t base);

  static constexpr std::size_t kLineBytesMax = 1024;  // of longer ones the end is not seen

  const std::uint64_t address_;
  bool found_ = false;
  std::uint64_t base_ = 0;
  std::uint64_t path_hash_ = 0;
  std::size_t name_bytes_ = 0;
  std::size_t line_bytes_ = 0;
  char name_[64] = {};
  char line_[kLineBytesMax] = {};
};

}  // namespace tenon::mpm
