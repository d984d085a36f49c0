// SPDX-License-Identifier: Apache-2.0
#include "event/plan.hpp"

#include <optional>
#include <utility>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

// The kernel adds the place of the option, and reports it.
Outcome refuse(
    const tenon_control_host& host, const tenon_mpm_config& config, const IdentityFault& fault
) {
  const std::uint32_t option = fault.of_group ? kGroup : kUser;
  const std::string text =
      std::string("mpm.event.") + (fault.of_group ? "group: " : "user: ") + fault.text;
  host.cfg->diag(config.options, option, TENON_LOG_ERROR, str(text));
  return {kConfig, std::string(view(host.findings(host.context)))};
}

}  // namespace

Result<std::shared_ptr<EventPlan>, Outcome> make_plan(
    const tenon_control_host& host,
    const tenon_mpm_config& config,
    const EventPlan* current,
    const Opening& opening
) {
  const Result<EventSettings> settings = read_event_settings(*host.cfg, config.options);
  if (!settings) {
    PlanFaults faults(host);
    faults.add(settings.error().text());
    return fail(faults.outcome(kConfig));
  }
  Result<Identity, IdentityFault> identity = find_identity(settings->user, settings->group);
  if (!identity) return fail(refuse(host, config, identity.error()));
  auto plan = std::make_shared<EventPlan>();
  plan->settings = settings->common;
  plan->identity = std::move(*identity);
  const OpenListener<Listener> open =
      [&](const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble) {
        std::optional<Result<Listener>> adopted = opening.inherited.adopt(listener, backlog);
        return adopted ? std::move(*adopted) : open_listener(listener, backlog, trouble);
      };
  const std::uint64_t timeout_ns = current == nullptr ? plan->settings.bind_timeout_ns : 0;
  const Result<Done, Outcome> filled = fill_plan<Listener>(
      *plan, host, config, current, patiently<Listener>({host, timeout_ns, opening.pause}, open)
  );
  if (!filled) return fail(filled.error());
  // Later ones may have given some up.
  if (current == nullptr) {
    for (const std::string& text : opening.inherited.left_over())
      host.report(host.context, TENON_LOG_WARN, {}, str(text));
  }
  return plan;
}

}  // namespace tenon::mpm
