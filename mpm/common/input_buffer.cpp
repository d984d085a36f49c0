// SPDX-License-Identifier: Apache-2.0
#include "common/input_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {

std::optional<std::span<char>> InputBuffer::prepare(std::size_t beyond) {
  if (capacity_ > kGreedyMax) release_if_empty();
  if (capacity_ == 0 && !reserve(kStart)) return std::nullopt;
  if (filled_ && capacity_ < kGreedyMax) reserve(capacity_ * 2);
  filled_ = false;
  if (begin_ > 0) {
    std::memmove(memory_.get(), memory_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  // Doubling only when full: a peer that announces much and sends little holds little memory.
  if (end_ == capacity_ && beyond >= capacity_ && !reserve(capacity_ * 2)) return std::nullopt;
  return std::span<char>(memory_.get() + end_, capacity_ - end_);
}

void InputBuffer::commit(std::size_t bytes) {
  TENON_ASSERT(bytes <= capacity_ - end_);
  end_ += bytes;
  filled_ = end_ == capacity_;
}

void InputBuffer::consume(std::size_t bytes) {
  TENON_ASSERT(bytes <= size());
  begin_ += bytes;
}

void InputBuffer::release_if_empty() {
  if (size() > 0) return;
  memory_.reset();
  capacity_ = 0;
  filled_ = false;
  begin_ = end_ = 0;
}

void InputBuffer::pass_on(InputBuffer& other) {
  if (size() > 0 || filled_ || capacity_ != kStart || other.capacity_ != 0) return;
  other.memory_ = std::move(memory_);
  other.capacity_ = kStart;
  release_if_empty();
}

bool InputBuffer::reserve(std::size_t capacity) {
  capacity = std::min(capacity, kMax);
  if (capacity <= capacity_) return true;
  std::unique_ptr<char[]> memory(new (std::nothrow) char[capacity]);
  if (!memory) return false;
  const std::size_t kept = size();
  if (kept > 0) std::memcpy(memory.get(), memory_.get() + begin_, kept);
  memory_ = std::move(memory);
  capacity_ = capacity;
  begin_ = 0;
  end_ = kept;
  return true;
}

}  // namespace tenon::mpm
