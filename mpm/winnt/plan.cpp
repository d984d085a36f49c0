// SPDX-License-Identifier: Apache-2.0
#include "winnt/plan.hpp"

namespace tenon::mpm {

Result<std::shared_ptr<WinntPlan>, Outcome> make_plan(
    const tenon_control_host& host, const tenon_mpm_config& config, const WinntPlan* current
) {
  const Result<WinntSettings> settings = read_winnt_settings(*host.cfg, config.options);
  if (!settings) {
    PlanFaults faults(host);
    faults.add(settings.error().text());
    return fail(faults.outcome(kConfig));
  }
  if (!settings->warning.empty()) {
    host.report(host.context, TENON_LOG_WARN, {}, str(settings->warning));
  }
  auto plan = std::make_shared<WinntPlan>();
  plan->winnt = *settings;
  plan->settings = settings->common;
  const Result<Done, Outcome> filled =
      fill_plan<Listener>(*plan, host, config, current, open_listener);
  if (!filled) return fail(filled.error());
  return plan;
}

}  // namespace tenon::mpm
