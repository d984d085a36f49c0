// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <tenon/cpp/assert.hpp>

namespace tenon {

// An operating error: what the machine said, and what we were doing ("bind 0.0.0.0:80").
struct Error {
  std::error_code code;
  std::string context;

  std::string text() const { return code ? context + ": " + code.message() : context; }
};

template <class E>
struct Failure {
  E error;
};

template <class E>
Failure<E> fail(E error) {
  return {std::move(error)};
}

// The value or the error. A strict subset of std::expected, to become an alias of it in C++23.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  explicit operator bool() const noexcept { return state_.index() == 0; }
  T& operator*() & { return *checked(std::get_if<0>(&state_)); }
  const T& operator*() const& { return *checked(std::get_if<0>(&state_)); }
  T&& operator*() && { return std::move(*checked(std::get_if<0>(&state_))); }
  T* operator->() { return checked(std::get_if<0>(&state_)); }
  const T* operator->() const { return checked(std::get_if<0>(&state_)); }
  const E& error() const { return *checked(std::get_if<1>(&state_)); }

 private:
  template <class P>
  static P* checked(P* pointer) {
    TENON_ASSERT(pointer != nullptr);
    return pointer;
  }

  std::variant<T, E> state_;
};

// What a function returns that has nothing to say but "done".
struct Done {};

}  // namespace tenon
