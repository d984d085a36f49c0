// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include <tenon/mpm.h>

namespace tenon::mpm {

// What a connection has received and the kernel has not consumed yet, contiguous. It starts small,
// so that idle connections cost little, and grows in two cases: a receive filled it (then the peer
// sends faster than we ask), or the kernel wants more bytes than fit.
class InputBuffer {
 public:
  static constexpr std::size_t kStart = 8 * 1024;
  static constexpr std::size_t kGreedyMax = 64 * 1024;
  static constexpr std::size_t kMax = TENON_READ_BEYOND_MAX + 1;

  std::size_t size() const { return end_ - begin_; }
  std::span<const char> bytes() const { return {memory_.get() + begin_, size()}; }

  // Room for a receive that shall bring the content to more than `beyond` bytes in the end; empty
  // when the buffer is full and need not grow; none when it must and there is no memory. Moves the
  // content: REQUIRES that no receive is pending.
  std::optional<std::span<char>> prepare(std::size_t beyond);

  // REQUIRES: at most what prepare() gave.
  void commit(std::size_t bytes);
  // REQUIRES: at most size(). A receive may be pending: nothing moves before prepare().
  void consume(std::size_t bytes);
  void clear() { begin_ = end_; }

  // Gives the memory back if nothing is in it. REQUIRES: no receive into it is pending.
  void release_if_empty();

  // Gives its memory, if nothing is in it, to `other`, if that has none; but keeps what has grown
  // or was filled, since such a peer sends more. REQUIRES: no receive into either is pending.
  void pass_on(InputBuffer& other);

 private:
  // False: there is no memory, and nothing has changed.
  bool reserve(std::size_t capacity);

  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool filled_ = false;  // the last receive left no room
};

}  // namespace tenon::mpm
