// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/plan.hpp"
#include "event/listener.hpp"

namespace tenon::mpm {

using PlannedListener = BasicPlannedListener<Listener>;

// What children of mpm_event are made from.
using EventPlan = BasicPlan<Listener>;

// Takes over what `config` says; see fill_plan().
Result<std::shared_ptr<EventPlan>, Outcome> make_plan(
    const tenon_control_host& host, const tenon_mpm_config& config, const EventPlan* current
);

}  // namespace tenon::mpm
