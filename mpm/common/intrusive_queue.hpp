// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tenon::mpm {

// A first-in first-out list through the `next` members of its elements; owns nothing.
template <class T>
class IntrusiveQueue {
 public:
  void push(T* element) {
    element->next = nullptr;
    if (last_) {
      last_->next = element;
    } else {
      first_ = element;
    }
    last_ = element;
  }
  T* pop() {
    T* element = first_;
    if (!element) return nullptr;
    first_ = element->next;
    if (!first_) last_ = nullptr;
    return element;
  }
  bool empty() const { return first_ == nullptr; }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace tenon::mpm
