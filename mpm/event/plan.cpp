// SPDX-License-Identifier: Apache-2.0
#include "event/plan.hpp"

namespace tenon::mpm {

Result<std::shared_ptr<EventPlan>, Outcome> make_plan(
    const tenon_control_host& host, const tenon_mpm_config& config, const EventPlan* current
) {
  const Result<Settings> settings = read_settings(*host.cfg, config.options);
  if (!settings) {
    PlanFaults faults(host);
    faults.add(settings.error().text());
    return fail(faults.outcome(kConfig));
  }
  auto plan = std::make_shared<EventPlan>();
  plan->settings = *settings;
  const OpenListener<Listener> open =
      [](const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble) {
        return open_listener(listener, backlog, trouble);
      };
  const Result<Done, Outcome> filled = fill_plan<Listener>(*plan, host, config, current, open);
  if (!filled) return fail(filled.error());
  return plan;
}

}  // namespace tenon::mpm
