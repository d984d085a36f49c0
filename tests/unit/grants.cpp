// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/grants.hpp"

#include <atomic>
#include <new>

namespace {

std::atomic<bool> limited = false;
std::atomic<size_t> left = 0;
std::atomic<size_t> refusals = 0;

}  // namespace

// Of the program: the standard lets a program replace it. ThreadSanitizer brings its own and allows
// no other, so there the linker puts this in its place.
#if defined(TENON_WRAPS_NEW)
extern "C" void* __wrap__ZnamRKSt9nothrow_t(std::size_t bytes, const std::nothrow_t&) noexcept {
#else
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
#endif
  if (limited) {
    if (left == 0) {
      ++refusals;
      return nullptr;
    }
    --left;
  }
  try {
    return ::operator new[](bytes);  // so that delete[] fits, also where a sanitizer looks
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

namespace tenon {

Grants::Grants(size_t n) {
  left = n;
  refusals = 0;
  limited = true;
}

Grants::~Grants() {
  limited = false;
}

size_t Grants::refused() const {
  return refusals;
}

}  // namespace tenon
