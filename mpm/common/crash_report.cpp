// SPDX-License-Identifier: Apache-2.0
#include "common/crash_report.hpp"

#include <cstring>
#include <string_view>

#include <tenon/module.h>

#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

const char* phase_name(std::uint32_t phase) {
  switch (phase) {
    case TENON_PH_POST_READ:
      return "post_read";
    case TENON_PH_REWRITE:
      return "rewrite";
    case TENON_PH_ACCESS:
      return "access";
    case TENON_PH_HANDLER:
      return "handler";
    case TENON_PH_RESPONSE:
      return "response";
    case TENON_PH_LOG:
      return "log";
    case TENON_RUNS_TIMER:
      return "timer";
    case TENON_RUNS_BLOCKING:
      return "run_blocking";
    default:
      return "unknown";
  }
}

// The child may have died while it wrote the name, or written nonsense over it.
std::string hook_module(const tenon_thread_slot& slot) {
  std::string name(slot.hook_module, ::strnlen(slot.hook_module, sizeof slot.hook_module));
  for (char& c : name) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return name;
}

std::string thread_name(const tenon_section& section, std::uint32_t index) {
  if (index < section.n_io_threads) return "I/O thread " + std::to_string(index);
  return "pool thread " + std::to_string(index - section.n_io_threads);
}

}  // namespace

std::string describe_hook(
    const tenon_section& section, std::uint32_t thread, std::uint64_t now_ns
) {
  const tenon_thread_slot& slot = thread_slot(section, thread);
  const std::uint64_t request = load(slot.hook_request);
  const std::uint64_t started_ns = load(slot.hook_started_ns);
  const std::uint64_t ran_ns = now_ns > started_ns ? now_ns - started_ns : 0;
  std::string text = thread_name(section, thread) + ": module " + hook_module(slot) + ", phase " +
                     phase_name(load(slot.hook_phase));
  if (request != 0) text += ", request " + std::to_string(request);
  return text + ", for " + std::to_string(ran_ns / 1'000'000) + " ms";
}

std::string describe_hooks(const tenon_section& section, std::uint64_t now_ns) {
  std::string text;
  for (std::uint32_t i = 0; i < section.n_threads; ++i) {
    const tenon_thread_slot& slot = thread_slot(section, i);
    if (load(slot.hook_request) == 0 && load(slot.hook_phase) == 0) continue;
    if (!text.empty()) text += '\n';
    text += "  " + describe_hook(section, i, now_ns);
  }
  return text;
}

}  // namespace tenon::mpm
