// SPDX-License-Identifier: Apache-2.0
#include "winnt/plan.hpp"

#include <optional>
#include <string>

#include <tenon/cpp/text.hpp>

#include "common/bind_retry.hpp"
#include "common/clock.hpp"

namespace tenon::mpm {
namespace {

struct Patience {
  std::uint64_t ns = 0;
  const Pause& pause;
};

std::string again_for(const Patience& patience) {
  return "; trying again for " + std::to_string(patience.ns / 1'000'000) + " ms (bind_timeout)";
}

Result<Listener> open_patiently(
    const tenon_control_host& host,
    const tenon_listener& listener,
    std::uint32_t backlog,
    const Patience& patience,
    ListenTrouble& trouble
) {
  BindRetry retry(patience.ns, monotonic_now_ns());
  for (;;) {
    Result<Listener> opened = open_listener(listener, backlog, trouble);
    if (opened || trouble != ListenTrouble::Taken) return opened;
    const std::optional<std::uint64_t> pause_ns = retry.pause_ns(monotonic_now_ns());
    if (!pause_ns) return opened;
    if (retry.is_first()) {
      const std::string text = opened.error().text() + again_for(patience);
      host.report(host.context, TENON_LOG_WARN, listener.place, str(text));
    }
    if (!patience.pause(*pause_ns)) return opened;
  }
}

}  // namespace

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
  if (!settings->warning.empty()) {
    host.report(host.context, TENON_LOG_WARN, {}, str(settings->warning));
  }
  auto plan = std::make_shared<WinntPlan>();
  plan->winnt = *settings;
  plan->settings = settings->common;
  const std::uint64_t patience_ns = current == nullptr ? settings->bind_timeout_ns : 0;
  const auto open = [&](const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& why) {
    return open_patiently(host, listener, backlog, {patience_ns, pause}, why);
  };
  const Result<Done, Outcome> filled = fill_plan<Listener>(*plan, host, config, current, open);
  if (!filled) return fail(filled.error());
  return plan;
}

}  // namespace tenon::mpm
