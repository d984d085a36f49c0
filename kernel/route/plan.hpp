// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/module.h>

namespace tenon::route {

// One hook as the pipeline calls it: resolved at load, so that a request looks nothing up.
struct HookCall {
  tenon_hook_fn call = nullptr;
  void* instance = nullptr;
  tenon_self* self = nullptr;
  int32_t run = TENON_RUN_LOOP;
  const char* module = "";  // name, for logs and the section's slot; lives as long as the process
  bool whole_body = false;  // TENON_HOOK_WHOLE_BODY
  uint32_t module_index = UINT32_MAX;  // of its slots in the section
};

// One body filter, resolved alike.
struct FilterCall {
  const tenon_filter* filter = nullptr;
  void* instance = nullptr;
  tenon_self* self = nullptr;
  const char* module = "";
};

inline constexpr size_t kPhases = TENON_PH_LOG + 1;

// What one route runs, by phase, in order. Phases that no module wants are empty. The handler
// phase holds at most one call: the module that `handler` names.
struct Plan {
  std::array<std::vector<HookCall>, kPhases> phases;
  std::vector<FilterCall> request_filters;   // in the order of the bytes
  std::vector<FilterCall> response_filters;  // too

  const std::vector<HookCall>& hooks(int32_t phase) const {
    return phases[static_cast<size_t>(phase)];
  }
};

}  // namespace tenon::route
