// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <tenon/cpp/assert.hpp>

namespace tenon {

// Memory that dies all at once: bump allocation from blocks. The first block is kept over reset(),
// so that a small request allocates nothing. One thread at a time.
class Arena {
 public:
  // `bytes_max` bounds the sum of all blocks.
  explicit Arena(size_t bytes_max) : bytes_max_(bytes_max) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Null: the limit is reached, or there is no memory. `align` is a power of two, at most 16.
  void* allocate(size_t size, size_t align = 16) {
    TENON_ASSERT(align != 0 && align <= 16 && (align & (align - 1)) == 0);
    const size_t gap = -reinterpret_cast<uintptr_t>(next_) & (align - 1);
    if (left_ < gap || left_ - gap < size || next_ == nullptr) return allocate_in_new_block(size);
    char* const result = next_ + gap;
    next_ = result + size;
    left_ -= gap + size;
    return result;
  }
  // Null: as above.
  char* allocate_text(size_t size) { return static_cast<char*>(allocate(size, 1)); }
  // A copy of `text`; its data is null when there is no room for it (and never otherwise).
  std::string_view copy(std::string_view text);
  // A piece beside the blocks and the limit, for who gets it to keep. Null: there is no memory.
  std::unique_ptr<char[]> allocate_apart(size_t size);
  // Whether the system had no memory for it since the last reset().
  bool is_starved() const { return starved_; }
  // Forgets everything but the first block.
  void reset() noexcept;
  // And that one.
  void release() noexcept;

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  void* allocate_in_new_block(size_t size);
  bool add_block(size_t size_min);

  const size_t bytes_max_;
  size_t bytes_ = 0;  // sum of the blocks' sizes
  std::vector<Block> blocks_;
  char* next_ = nullptr;  // free bytes of the newest block
  size_t left_ = 0;
  bool starved_ = false;
};

}  // namespace tenon
