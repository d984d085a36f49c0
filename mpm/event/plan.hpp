// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/bind_retry.hpp"
#include "common/plan.hpp"
#include "event/inherited_listeners.hpp"
#include "event/listener.hpp"
#include "event/options.hpp"
#include "event/privileges.hpp"

namespace tenon::mpm {

using PlannedListener = BasicPlannedListener<Listener>;

// What children of mpm_event are made from.
struct EventPlan : BasicPlan<Listener> {
  Identity identity;
};

// How listeners are opened.
struct Opening {
  InheritedListeners& inherited;
  Pause pause;
};

// Takes over what `config` says; see fill_plan(). What the service manager listens on is taken from
// it. The first plan tries an address that somebody holds again, for bind_timeout: that may be the
// child of a control process that died.
Result<std::shared_ptr<EventPlan>, Outcome> make_plan(
    const tenon_control_host& host,
    const tenon_mpm_config& config,
    const EventPlan* current,
    const Opening& opening
);

}  // namespace tenon::mpm
