// SPDX-License-Identifier: Apache-2.0
#include "common/section_layout.hpp"

#include <algorithm>
#include <cstring>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {
namespace {

constexpr std::size_t kSlotAlignment = 64;

constexpr std::uint32_t aligned(std::size_t bytes) {
  return static_cast<std::uint32_t>((bytes + kSlotAlignment - 1) / kSlotAlignment * kSlotAlignment);
}

constexpr std::uint32_t kThreadsOffset = aligned(sizeof(tenon_section));
constexpr std::uint32_t kThreadBytes = aligned(sizeof(tenon_thread_slot));
constexpr std::uint32_t kListenerBytes = aligned(sizeof(tenon_listener_slot));

bool fits(
    std::uint64_t offset, std::uint64_t slot_bytes, std::uint64_t count, std::uint64_t bytes
) {
  if (offset % kSlotAlignment != 0 || slot_bytes % kSlotAlignment != 0 || offset > bytes) {
    return false;
  }
  return slot_bytes != 0 && count <= (bytes - offset) / slot_bytes;
}

bool holds(
    std::uint64_t offset, std::uint64_t count, std::uint64_t item_bytes, std::uint64_t bytes
) {
  return offset % kSlotAlignment == 0 && offset <= bytes && count <= (bytes - offset) / item_bytes;
}

char* at(tenon_section& section, std::size_t offset) {
  return reinterpret_cast<char*>(&section) + offset;
}

}  // namespace

std::size_t section_bytes(const SectionShape& shape) {
  const std::size_t n_threads = std::size_t{shape.n_io_threads} + shape.n_pool_threads;
  return kThreadsOffset + n_threads * kThreadBytes +
         std::size_t{shape.n_listeners} * kListenerBytes +
         aligned(std::size_t{shape.n_modules} * TENON_SECTION_NAME_BYTES) +
         aligned(n_threads * shape.n_modules * sizeof(tenon_module_slot));
}

tenon_section& create_section(void* memory, const SectionShape& shape) {
  TENON_ASSERT(reinterpret_cast<std::uintptr_t>(memory) % kSlotAlignment == 0);
  std::memset(memory, 0, section_bytes(shape));
  auto& section = *static_cast<tenon_section*>(memory);
  section.magic = TENON_SECTION_MAGIC;
  section.struct_size = sizeof(tenon_section);
  section.version = TENON_SECTION_VERSION;
  section.generation = shape.generation;
  section.n_io_threads = shape.n_io_threads;
  section.n_threads = shape.n_io_threads + shape.n_pool_threads;
  section.n_listeners = shape.n_listeners;
  section.threads_offset = kThreadsOffset;
  section.thread_size = kThreadBytes;
  section.listeners_offset = kThreadsOffset + section.n_threads * kThreadBytes;
  section.listener_size = kListenerBytes;
  section.n_modules = shape.n_modules;
  section.names_offset = section.listeners_offset + section.n_listeners * kListenerBytes;
  section.modules_offset =
      section.names_offset + aligned(std::size_t{shape.n_modules} * TENON_SECTION_NAME_BYTES);
  return section;
}

Result<tenon_section*> open_section(void* memory, std::uint64_t bytes) {
  auto* section = static_cast<tenon_section*>(memory);
  if (bytes < sizeof(tenon_section) || section->magic != TENON_SECTION_MAGIC ||
      section->version != TENON_SECTION_VERSION || section->struct_size < sizeof(tenon_section)) {
    return fail(Error{{}, "shared section: not one of this version"});
  }
  if (section->thread_size < sizeof(tenon_thread_slot) ||
      section->listener_size < sizeof(tenon_listener_slot) ||
      section->n_io_threads > section->n_threads ||
      !fits(section->threads_offset, section->thread_size, section->n_threads, bytes) ||
      !fits(section->listeners_offset, section->listener_size, section->n_listeners, bytes) ||
      !holds(section->names_offset, section->n_modules, TENON_SECTION_NAME_BYTES, bytes) ||
      !holds(
          section->modules_offset,
          std::uint64_t{section->n_modules} * section->n_threads,
          sizeof(tenon_module_slot),
          bytes
      )) {
    return fail(Error{{}, "shared section: its slots do not fit into it"});
  }
  return section;
}

tenon_thread_slot& thread_slot(tenon_section& section, std::uint32_t index) {
  TENON_ASSERT(index < section.n_threads);
  const std::size_t offset = section.threads_offset + std::size_t{index} * section.thread_size;
  return *reinterpret_cast<tenon_thread_slot*>(at(section, offset));
}

tenon_listener_slot& listener_slot(tenon_section& section, std::uint32_t index) {
  TENON_ASSERT(index < section.n_listeners);
  const std::size_t offset = section.listeners_offset + std::size_t{index} * section.listener_size;
  return *reinterpret_cast<tenon_listener_slot*>(at(section, offset));
}

const char* module_name(const tenon_section& section, std::uint32_t index) {
  TENON_ASSERT(index < section.n_modules);
  return reinterpret_cast<const char*>(&section) + section.names_offset +
         std::size_t{index} * TENON_SECTION_NAME_BYTES;
}

const tenon_module_slot& module_slot(
    const tenon_section& section, std::uint32_t thread, std::uint32_t module
) {
  TENON_ASSERT(thread < section.n_threads && module < section.n_modules);
  const auto* slots = reinterpret_cast<const tenon_module_slot*>(
      reinterpret_cast<const char*>(&section) + section.modules_offset
  );
  return slots[std::size_t{thread} * section.n_modules + module];
}

const tenon_listener_slot& listener_slot(const tenon_section& section, std::uint32_t index) {
  return listener_slot(const_cast<tenon_section&>(section), index);
}

const tenon_thread_slot& thread_slot(const tenon_section& section, std::uint32_t index) {
  return thread_slot(const_cast<tenon_section&>(section), index);
}

void store_name(char* field, std::size_t field_bytes, std::string_view text) {
  const std::size_t length = std::min(text.size(), field_bytes - 1);
  std::memcpy(field, text.data(), length);
  std::memset(field + length, 0, field_bytes - length);
}

void describe_listener(tenon_listener_slot& slot, std::string_view name, std::string_view address) {
  store_name(slot.name, sizeof slot.name, name);
  store_name(slot.address, sizeof slot.address, address);
}

}  // namespace tenon::mpm
