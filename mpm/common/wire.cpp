// SPDX-License-Identifier: Apache-2.0
#include "common/wire.hpp"

namespace tenon::mpm {

void WireWriter::number(std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    out_.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
  }
}

std::uint64_t WireReader::number(std::size_t width) {
  if (bytes_.size() < width) {
    ok_ = false;
    bytes_ = {};
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
  }
  bytes_.remove_prefix(width);
  return value;
}

std::string_view WireReader::rest() {
  const std::string_view all = bytes_;
  bytes_ = {};
  return all;
}

}  // namespace tenon::mpm
