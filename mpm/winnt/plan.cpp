// SPDX-License-Identifier: Apache-2.0
#include "winnt/plan.hpp"

namespace tenon::mpm {

Result<std::shared_ptr<WinntPlan>, Outcome> make_plan(
    const tenon_control_host& host,
    const tenon_mpm_config& config,
    const WinntPlan* current,
    const Pause& pause
) {
  const Result<WinntSettings> settings = read_winnt_settings(*host.cfg, config.options);
  if (!settings) {
    PlanFaults faults(host);
    faults.add(settings.error().text());
    return fail(faults.outcome(kConfig));
  }
  auto plan = std::make_shared<WinntPlan>();
  plan->winnt = *settings;
  plan->settings = settings->common;
  const OpenListener<Listener> open =
      [](const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble) {
        return open_listener(listener, backlog, trouble);
      };
  const std::uint64_t timeout_ns = current == nullptr ? plan->settings.bind_timeout_ns : 0;
  const Result<Done, Outcome> filled = fill_plan<Listener>(
      *plan, host, config, current, patiently<Listener>({host, timeout_ns, pause}, open)
  );
  if (!filled) return fail(filled.error());
  return plan;
}

}  // namespace tenon::mpm
