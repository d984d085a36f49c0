// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <cstring>

#include <tenon/section.h>

namespace tenon::http {

// The slot's only writer is its thread, so that plain relaxed stores do; readers are elsewhere.
template <class T>
void store_relaxed(T& field, T value) {
  std::atomic_ref<T>(field).store(value, std::memory_order_relaxed);
}
template <class T>
void add_relaxed(T& field, T value) {
  std::atomic_ref<T> shared(field);
  shared.store(shared.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

// What one thread writes in the section.
struct ThreadSlots {
  tenon_thread_slot* thread = nullptr;
  tenon_module_slot* modules = nullptr;
  uint32_t n_modules = 0;

  // Null: the section has no room for this module.
  tenon_module_slot* module(uint32_t index) const {
    return index < n_modules ? modules + index : nullptr;
  }
};

// Says in the thread's slot which hook runs, for as long as it runs: after a crash the control
// process reads there who it was. The name stays when the hook is over, and is seldom written.
class HookScope {
 public:
  HookScope(
      tenon_thread_slot* slot, const char* module, int32_t phase, uint64_t request, uint64_t now_ns
  )
      : slot_(slot) {
    if (slot_ == nullptr) return;
    if (std::strncmp(slot_->hook_module, module, sizeof slot_->hook_module - 1) != 0) {
      write_name(module);
    }
    store_relaxed(slot_->hook_started_ns, now_ns);
    store_relaxed(slot_->hook_phase, static_cast<uint32_t>(phase));
    store_relaxed(slot_->hook_request, request);
  }
  ~HookScope() {
    if (slot_ == nullptr) return;
    store_relaxed(slot_->hook_request, uint64_t{0});
    store_relaxed(slot_->hook_phase, uint32_t{0});
  }
  HookScope(const HookScope&) = delete;
  HookScope& operator=(const HookScope&) = delete;

 private:
  void write_name(const char* module) {
    const size_t length = strnlen_max(module, sizeof slot_->hook_module - 1);
    std::memset(slot_->hook_module, 0, sizeof slot_->hook_module);
    std::memcpy(slot_->hook_module, module, length);
  }
  static size_t strnlen_max(const char* text, size_t length_max) {
    const void* const end = std::memchr(text, 0, length_max);
    return end == nullptr ? length_max : static_cast<size_t>(static_cast<const char*>(end) - text);
  }

  tenon_thread_slot* const slot_;
};

}  // namespace tenon::http
