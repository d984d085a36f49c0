// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/bind_retry.hpp"
#include "common/plan.hpp"
#include "winnt/listener.hpp"
#include "winnt/options.hpp"

namespace tenon::mpm {

using PlannedListener = BasicPlannedListener<Listener>;

// What children of mpm_winnt are made from.
struct WinntPlan : BasicPlan<Listener> {
  WinntSettings winnt;
};

// Takes over what `config` says; see fill_plan(). The first plan tries an address that somebody
// holds again, for bind_timeout: that may be the child of a control process that died.
Result<std::shared_ptr<WinntPlan>, Outcome> make_plan(
    const tenon_control_host& host,
    const tenon_mpm_config& config,
    const WinntPlan* current,
    const Pause& pause
);

}  // namespace tenon::mpm
