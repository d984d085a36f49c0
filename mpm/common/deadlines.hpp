// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenon::mpm {

// A deadline that lives inside the object it belongs to. It must be removed before it dies.
struct Deadline {
  static constexpr std::size_t kNotQueued = SIZE_MAX;

  std::uint64_t at_ns = 0;
  std::size_t index = kNotQueued;  // place in the heap; only Deadlines writes it
};

// The deadlines of one I/O thread: a binary heap that knows where each entry is, so that setting
// costs O(log n) and removing leaves nothing behind. Used by its thread alone.
class Deadlines {
 public:
  // 0 removes it. An entry that is queued already moves.
  void set(Deadline& deadline, std::uint64_t at_ns);
  // The earliest; 0: none.
  std::uint64_t next_ns() const { return heap_.empty() ? 0 : heap_.front()->at_ns; }
  // Removes and returns one that is not after `now_ns`; null: none.
  Deadline* pop_expired(std::uint64_t now_ns);
  std::size_t size() const { return heap_.size(); }

 private:
  void remove(Deadline& deadline);
  void place(Deadline& deadline, std::size_t index);
  void rise(Deadline& deadline, std::size_t index);
  void sink(Deadline& deadline, std::size_t index);

  std::vector<Deadline*> heap_;
};

}  // namespace tenon::mpm
