// SPDX-License-Identifier: Apache-2.0
#include "common/deadlines.hpp"

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {

void Deadlines::set(Deadline& deadline, std::uint64_t at_ns) {
  const bool queued = deadline.index != Deadline::kNotQueued;
  if (at_ns == 0) {
    if (queued) remove(deadline);
    deadline.at_ns = 0;
    return;
  }
  const std::uint64_t before_ns = deadline.at_ns;
  deadline.at_ns = at_ns;
  if (!queued) {
    heap_.push_back(&deadline);
    return rise(deadline, heap_.size() - 1);
  }
  if (at_ns < before_ns) return rise(deadline, deadline.index);
  return sink(deadline, deadline.index);
}

Deadline* Deadlines::pop_expired(std::uint64_t now_ns) {
  if (heap_.empty() || heap_.front()->at_ns > now_ns) return nullptr;
  Deadline* first = heap_.front();
  remove(*first);
  return first;
}

void Deadlines::remove(Deadline& deadline) {
  const std::size_t index = deadline.index;
  TENON_ASSERT(index < heap_.size() && heap_[index] == &deadline);
  Deadline* last = heap_.back();
  heap_.pop_back();
  deadline.index = Deadline::kNotQueued;
  if (last == &deadline) return;
  // The last entry fills the hole; from there it may belong further up or further down.
  place(*last, index);
  rise(*last, index);
  sink(*last, last->index);
}

void Deadlines::place(Deadline& deadline, std::size_t index) {
  heap_[index] = &deadline;
  deadline.index = index;
}

void Deadlines::rise(Deadline& deadline, std::size_t index) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (heap_[parent]->at_ns <= deadline.at_ns) break;
    place(*heap_[parent], index);
    index = parent;
  }
  place(deadline, index);
}

void Deadlines::sink(Deadline& deadline, std::size_t index) {
  while (true) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ns < heap_[child]->at_ns) ++child;
    if (heap_[child]->at_ns >= deadline.at_ns) break;
    place(*heap_[child], index);
    index = child;
  }
  place(deadline, index);
}

}  // namespace tenon::mpm
