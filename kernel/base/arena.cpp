// SPDX-License-Identifier: Apache-2.0
#include "base/arena.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/grant.hpp"
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
  starved_ = false;
  if (blocks_.empty()) return;
  blocks_.resize(blocks_.front().size == limits::kArenaBlockBytes ? 1 : 0);
  bytes_ = blocks_.empty() ? 0 : blocks_.front().size;
  next_ = blocks_.empty() ? nullptr : blocks_.front().bytes.get();
  left_ = bytes_;
}

void Arena::release() noexcept {
  starved_ = false;
  blocks_.clear();
  bytes_ = left_ = 0;
  next_ = nullptr;
}

std::unique_ptr<char[]> Arena::allocate_apart(size_t size) {
  std::unique_ptr<char[]> bytes = grant(size);
  starved_ = starved_ || bytes == nullptr;
  return bytes;
}

// What is left of the block before is given up: it is less than the piece asked for.
bool Arena::add_block(size_t size_min) {
  if (size_min > bytes_max_ - bytes_) return false;
  const size_t usual = blocks_.empty() ? limits::kArenaBlockBytes : 2 * blocks_.back().size;
  const size_t size = std::max(size_min, std::min(usual, bytes_max_ - bytes_));
  std::unique_ptr<char[]> bytes = allocate_apart(size);
  if (bytes == nullptr) return false;
  blocks_.push_back({std::move(bytes), size});
  bytes_ += size;
  next_ = blocks_.back().bytes.get();
  left_ = size;
  return true;
}

}  // namespace tenon
