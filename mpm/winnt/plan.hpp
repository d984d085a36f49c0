// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/plan.hpp"
#include "winnt/listener.hpp"
#include "winnt/options.hpp"

namespace tenon::mpm {

using PlannedListener = BasicPlannedListener<Listener>;

// What children of mpm_winnt are made from.
struct WinntPlan : BasicPlan<Listener> {
  WinntSettings winnt;
};

// Takes over what `config` says; see fill_plan().
Result<std::shared_ptr<WinntPlan>, Outcome> make_plan(
    const tenon_control_host& host, const tenon_mpm_config& config, const WinntPlan* current
);

}  // namespace tenon::mpm
