// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <tenon/cpp/result.hpp>
#include <tenon/section.h>

namespace tenon::mpm {

// The shared section of sdk/include/tenon/section.h: the control process lays it out, the child
// checks it, both reach its slots through the functions here.

struct SectionShape {
  std::uint32_t generation = 0;
  std::uint32_t n_io_threads = 0;
  std::uint32_t n_pool_threads = 0;
  std::uint32_t n_listeners = 0;
  std::uint32_t n_modules = 64;  // more are not counted
};

std::size_t section_bytes(const SectionShape& shape);

// Zeroes section_bytes(shape) bytes at `memory` and fills in magic, sizes, counts and offsets. The
// caller adds times, process ids and crashes. REQUIRES: `memory` is aligned to 64 bytes.
tenon_section& create_section(void* memory, const SectionShape& shape);

// The section in memory that the other process laid out; refused when it is not one, or when a slot
// would lie beyond `bytes`.
Result<tenon_section*> open_section(void* memory, std::uint64_t bytes);

// REQUIRES: index < n_threads, index < n_listeners.
tenon_thread_slot& thread_slot(tenon_section& section, std::uint32_t index);
tenon_listener_slot& listener_slot(tenon_section& section, std::uint32_t index);
const tenon_thread_slot& thread_slot(const tenon_section& section, std::uint32_t index);
const tenon_listener_slot& listener_slot(const tenon_section& section, std::uint32_t index);
// REQUIRES: thread < n_threads, module < n_modules.
const char* module_name(const tenon_section& section, std::uint32_t module);
const tenon_module_slot& module_slot(
    const tenon_section& section, std::uint32_t thread, std::uint32_t module
);

// Cuts the text to the field and zero-terminates it.
void store_name(char* field, std::size_t field_bytes, std::string_view text);
void describe_listener(tenon_listener_slot& slot, std::string_view name, std::string_view address);

// Each field has one writer, which needs no read-modify-write; everybody else only reads.
inline void store(std::uint64_t& field, std::uint64_t value) {
  std::atomic_ref(field).store(value, std::memory_order_relaxed);
}
inline void store(std::uint32_t& field, std::uint32_t value) {
  std::atomic_ref(field).store(value, std::memory_order_relaxed);
}
inline std::uint64_t load(const std::uint64_t& field) {
  return std::atomic_ref(const_cast<std::uint64_t&>(field)).load(std::memory_order_relaxed);
}
inline std::uint32_t load(const std::uint32_t& field) {
  return std::atomic_ref(const_cast<std::uint32_t&>(field)).load(std::memory_order_relaxed);
}
inline void add(std::uint64_t& field, std::uint64_t amount) {
  store(field, load(field) + amount);
}
inline void add(std::uint32_t& field, std::uint32_t amount) {
  store(field, load(field) + amount);
}

}  // namespace tenon::mpm
