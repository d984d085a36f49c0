// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/main/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace tenon::sim {
namespace {

std::atomic<int64_t> live{0};

}  // namespace

int64_t live_allocations() {
  return live.load(std::memory_order_relaxed);
}

#if !defined(TENON_SANITIZED_THREADS)  // Which brings these operators, and allows no others.
void* count_new(size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) std::abort();
  live.fetch_add(1, std::memory_order_relaxed);
  return block;
}

void count_delete(void* block) noexcept {
  if (block == nullptr) return;
  live.fetch_sub(1, std::memory_order_relaxed);
  std::free(block);
}
#endif

}  // namespace tenon::sim

#if !defined(TENON_SANITIZED_THREADS)

void* operator new(size_t size) {
  return tenon::sim::count_new(size);
}
void* operator new[](size_t size) {
  return tenon::sim::count_new(size);
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return tenon::sim::count_new(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return tenon::sim::count_new(size);
}
void operator delete(void* block) noexcept {
  tenon::sim::count_delete(block);
}
void operator delete[](void* block) noexcept {
  tenon::sim::count_delete(block);
}
void operator delete(void* block, size_t) noexcept {
  tenon::sim::count_delete(block);
}
void operator delete[](void* block, size_t) noexcept {
  tenon::sim::count_delete(block);
}
#endif
