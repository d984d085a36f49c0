// SPDX-License-Identifier: Apache-2.0
#include "base/arena.hpp"

#include <algorithm>
#include <cstring>

#include "base/limits.hpp"

namespace tenon {

void* Arena::allocate_in_new_block(size_t size) {
  if (!add_block(size)) return nullptr;
  char* const result = next_;  // A new block is aligned for everything.
  next_ += size;
  left_ -= size;
  return result;
}

std::string_view Arena::copy(std::string_view text) {
  char* const bytes = allocate_text(text.size());
  if (bytes == nullptr) return {};
  if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
  return {bytes, text.size()};
}

void Arena::reset() noexcept {
  if (blocks_.empty()) return;
  blocks_.resize(blocks_.front().size == limits::kArenaBlockBytes ? 1 : 0);
  bytes_ = blocks_.empty() ? 0 : blocks_.front().size;
  next_ = blocks_.empty() ? nullptr : blocks_.front().bytes.get();
  left_ = bytes_;
}

void Arena::release() noexcept {
  blocks_.clear();
  bytes_ = left_ = 0;
  next_ = nullptr;
}

// What is left of the block before is given up: it is less than the piece asked for.
bool Arena::add_block(size_t size_min) {
  if (size_min > bytes_max_ - bytes_) return false;
  const size_t usual = blocks_.empty() ? limits::kArenaBlockBytes : 2 * blocks_.back().size;
  const size_t size = std::max(size_min, std::min(usual, bytes_max_ - bytes_));
  blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
  bytes_ += size;
  next_ = blocks_.back().bytes.get();
  left_ = size;
  return true;
}

}  // namespace tenon
