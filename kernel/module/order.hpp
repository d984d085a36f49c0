// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/module.h>

namespace tenon::module {

// One module's wishes for one phase.
struct HookWish {
  std::string id;
  const char* const* before = nullptr;  // as in tenon_hook
  const char* const* after = nullptr;
};

// The order in which hooks of one phase run, as indexes into `wishes` (which is in the order of
// `modules`). Only before/after change that order; ids that are not loaded do not matter.
// `cycle` holds the ids that contradict each other; then `order` is incomplete.
struct HookOrder {
  std::vector<size_t> order;
  std::vector<std::string> cycle;
};
HookOrder order_hooks(const std::vector<HookWish>& wishes);

}  // namespace tenon::module
