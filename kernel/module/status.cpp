// SPDX-License-Identifier: Apache-2.0
#include "module/status.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>

#include <tenon/cpp/text.hpp>

#include "module/self.hpp"

namespace tenon::module {
namespace {

// The slots are written by other threads with relaxed stores, so they are read in the same way.
uint64_t load(const uint64_t& field) {
  return std::atomic_ref<uint64_t>(const_cast<uint64_t&>(field)).load(std::memory_order_relaxed);
}
uint32_t load(const uint32_t& field) {
  return std::atomic_ref<uint32_t>(const_cast<uint32_t&>(field)).load(std::memory_order_relaxed);
}

const tenon_thread_slot& thread_slot(const tenon_section& section, uint32_t index) {
  const char* base = reinterpret_cast<const char*>(&section) + section.threads_offset;
  return *reinterpret_cast<const tenon_thread_slot*>(base + size_t{index} * section.thread_size);
}

const tenon_listener_slot& listener_slot(const tenon_section& section, uint32_t index) {
  const char* base = reinterpret_cast<const char*>(&section) + section.listeners_offset;
  return *reinterpret_cast<const tenon_listener_slot*>(
      base + size_t{index} * section.listener_size
  );
}

char* name_of(const tenon_section& section, uint32_t index) {
  auto* const base = reinterpret_cast<char*>(const_cast<tenon_section*>(&section));
  return base + section.names_offset + size_t{index} * TENON_SECTION_NAME_BYTES;
}

const tenon_module_slot& module_slot(
    const tenon_section& section, uint32_t thread, uint32_t index
) {
  const char* base = reinterpret_cast<const char*>(&section) + section.modules_offset;
  return reinterpret_cast<const tenon_module_slot*>(base
  )[size_t{thread} * section.n_modules + index];
}

// The child may have fewer modules than there are slots.
uint32_t count_modules(const tenon_section& section) {
  uint32_t count = 0;
  while (count < section.n_modules && *name_of(section, count) != '\0')
    ++count;
  return count;
}

uint64_t unix_now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

// The wall clock may have been set back since.
uint64_t since(uint64_t then, uint64_t now) {
  return now > then ? now - then : 0;
}

void add_up(const tenon_section& section, tenon_server_status& out) {
  for (uint32_t i = 0; i < section.n_threads; ++i) {
    const tenon_thread_slot& slot = thread_slot(section, i);
    out.connections_open += load(slot.connections_open);
    out.connections += load(slot.connections);
    out.requests += load(slot.requests);
    out.requests_active += load(slot.requests_active);
    out.bytes_sent += load(slot.bytes_sent);
  }
}

// Copies what the caller's struct has room for; its struct_size stays the caller's.
template <class T>
tenon_status give(T value, T* out) {
  const uint32_t size = std::min<uint32_t>(out->struct_size, sizeof value);
  if (size < sizeof value.struct_size) return TENON_E_ARG;
  value.struct_size = size;
  std::memcpy(out, &value, size);
  return TENON_OK;
}

tenon_status TENON_CALL server(tenon_self* self, tenon_server_status* out) noexcept {
  const tenon_section* section = self->services->section;
  if (section == nullptr) return TENON_E_STATE;
  if (out == nullptr) return TENON_E_ARG;
  const uint64_t now = unix_now_ns();
  tenon_server_status status{};
  status.generation = section->generation;
  status.version = str(TENON_VERSION);
  status.mpm = str(self->services->mpm);
  status.control_pid = load(section->control_pid);
  status.child_pid = load(section->child_pid);
  status.uptime_ns = since(section->control_started_unix_ns, now);
  status.child_uptime_ns = since(section->child_started_unix_ns, now);
  status.n_threads = section->n_threads;
  status.n_io_threads = section->n_io_threads;
  status.n_listeners = section->n_listeners;
  status.crashes = load(section->crashes);
  status.pool_queued = load(section->pool_queued);
  status.pool_rejected = load(section->pool_rejected);
  status.n_modules = count_modules(*section);
  add_up(*section, status);
  return give(status, out);
}

tenon_status TENON_CALL
listener(tenon_self* self, uint32_t index, tenon_listener_slot* out) noexcept {
  const tenon_section* section = self->services->section;
  if (section == nullptr) return TENON_E_STATE;
  if (out == nullptr) return TENON_E_ARG;
  if (index >= section->n_listeners) return TENON_E_NOT_FOUND;
  const tenon_listener_slot& slot = listener_slot(*section, index);
  *out = {};
  out->mode = load(slot.mode);
  out->paused = load(slot.paused);
  out->accepts = load(slot.accepts);
  out->client_errors = load(slot.client_errors);
  out->resource_errors = load(slot.resource_errors);
  out->other_errors = load(slot.other_errors);
  out->fallbacks = load(slot.fallbacks);
  out->replacements = load(slot.replacements);
  std::memcpy(out->name, slot.name, sizeof out->name - 1);  // written once, before READY
  std::memcpy(out->address, slot.address, sizeof out->address - 1);
  return TENON_OK;
}

tenon_status TENON_CALL thread(tenon_self* self, uint32_t index, tenon_thread_slot* out) noexcept {
  const tenon_section* section = self->services->section;
  if (section == nullptr) return TENON_E_STATE;
  if (out == nullptr) return TENON_E_ARG;
  if (index >= section->n_threads) return TENON_E_NOT_FOUND;
  const tenon_thread_slot& slot = thread_slot(*section, index);
  *out = {};
  out->connections_open = load(slot.connections_open);
  out->connections = load(slot.connections);
  out->requests = load(slot.requests);
  out->requests_active = load(slot.requests_active);
  out->bytes_sent = load(slot.bytes_sent);
  out->hook_request = load(slot.hook_request);
  out->hook_started_ns = load(slot.hook_started_ns);
  out->hook_phase = load(slot.hook_phase);
  // The name may change while it is copied: at worst a name that mixes two, cut at the end.
  for (size_t i = 0; i + 1 < sizeof out->hook_module; ++i) {
    out->hook_module[i] = std::atomic_ref<char>(const_cast<char&>(slot.hook_module[i]))
                              .load(std::memory_order_relaxed);
  }
  return TENON_OK;
}

tenon_status TENON_CALL
module_counts(tenon_self* self, uint32_t index, tenon_module_counts* out) noexcept {
  const tenon_section* section = self->services->section;
  if (section == nullptr) return TENON_E_STATE;
  if (out == nullptr) return TENON_E_ARG;
  if (index >= count_modules(*section)) return TENON_E_NOT_FOUND;
  tenon_module_counts counts{};
  std::memcpy(counts.name, name_of(*section, index), sizeof counts.name - 1);
  for (uint32_t i = 0; i < section->n_threads; ++i) {
    const tenon_module_slot& slot = module_slot(*section, i, index);
    counts.calls += load(slot.calls);
    counts.failures += load(slot.failures);
    counts.time_ns += load(slot.time_ns);
  }
  return give(counts, out);
}

tenon_status TENON_CALL
metrics(tenon_self* self, tenon_metric_sample_fn fn, void* context) noexcept {
  if (fn == nullptr) return TENON_E_ARG;
  self->services->runtime.metrics.visit(fn, context);
  return TENON_OK;
}

}  // namespace

const tenon_status_api& status_api() {
  static constexpr tenon_status_api kApi{
      .struct_size = sizeof(tenon_status_api),
      .reserved = 0,
      .server = &server,
      .listener = &listener,
      .thread = &thread,
      .metrics = &metrics,
      .module = &module_counts};
  return kApi;
}

void name_modules(const Registry& registry, tenon_section* section) {
  if (section == nullptr) return;
  for (const auto& module : registry.modules()) {
    if (module->index >= section->n_modules) return;
    char* const name = name_of(*section, module->index);
    const size_t length = std::min<size_t>(module->name().size(), TENON_SECTION_NAME_BYTES - 1);
    std::memset(name, 0, TENON_SECTION_NAME_BYTES);
    std::memcpy(name, module->name().data(), length);
  }
}

}  // namespace tenon::module
