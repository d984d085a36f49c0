// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

namespace tenon {

// The one owner of an OS resource. Traits give `Value`, `invalid()` and `close(Value)`; two kinds
// of HANDLE exist on purpose (invalid -1 from CreateFile, invalid null from CreateEvent).
template <class Traits>
class UniqueResource {
 public:
  using Value = typename Traits::Value;

  UniqueResource() noexcept = default;
  explicit UniqueResource(Value value) noexcept : value_(value) {}
  UniqueResource(UniqueResource&& other) noexcept : value_(other.release()) {}
  UniqueResource& operator=(UniqueResource&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueResource() { reset(); }

  explicit operator bool() const noexcept { return value_ != Traits::invalid(); }
  Value get() const noexcept { return value_; }
  [[nodiscard]] Value release() noexcept { return std::exchange(value_, Traits::invalid()); }
  void reset(Value value = Traits::invalid()) noexcept {
    const Value old = std::exchange(value_, value);
    if (old != Traits::invalid()) Traits::close(old);
  }

 private:
  Value value_ = Traits::invalid();
};

}  // namespace tenon
