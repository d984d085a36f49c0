// SPDX-License-Identifier: Apache-2.0
#include "winnt/plan.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "common/endpoint.hpp"

namespace tenon::mpm {
namespace {

// Collects what cannot be, for the log at once and for the one who asked.
class Faults {
 public:
  explicit Faults(const tenon_control_host& host) : host_(host) {}

  void add(const std::string& text, std::string_view place = {}) {
    host_.report(host_.context, TENON_LOG_ERROR, str(place), str(text));
    if (!text_.empty()) text_ += '\n';
    text_ += (place.empty() ? "" : std::string(place) + ": ") + "error: " + text;
  }
  bool any() const { return !text_.empty(); }
  Outcome outcome(std::int32_t code) const { return {code, text_}; }

 private:
  const tenon_control_host& host_;
  std::string text_;
};

PlannedListener planned(const tenon_listener& listener) {
  PlannedListener out;
  out.name = std::string(view(listener.name));
  out.address = std::string(view(listener.address));
  out.place = std::string(view(listener.place));
  out.family = listener.family;
  out.port = listener.port;
  std::memcpy(out.ip, listener.ip, sizeof out.ip);
  return out;
}

// Port 0 is any free one, so only the name says which of them is meant.
bool same_address(const PlannedListener& a, const PlannedListener& b) {
  return a.family == b.family && a.port == b.port && std::memcmp(a.ip, b.ip, sizeof a.ip) == 0 &&
         (a.port != 0 || a.name == b.name);
}

std::shared_ptr<Listener> open_in(const WinntPlan* plan, const PlannedListener& wanted) {
  if (plan == nullptr) return nullptr;
  for (const PlannedListener& listener : plan->listeners) {
    if (same_address(listener, wanted)) return listener.open;
  }
  return nullptr;
}

// A socket cannot be bound to what another one that we hold contains or is part of.
const PlannedListener* overlapping(const WinntPlan* plan, const PlannedListener& wanted) {
  if (plan == nullptr || wanted.port == 0) return nullptr;
  for (const PlannedListener& listener : plan->listeners) {
    if (listener.family == wanted.family && listener.open->port == wanted.port) return &listener;
  }
  return nullptr;
}

void open_or_share(
    PlannedListener& listener, const WinntPlan* current, std::uint32_t backlog, Faults& faults
) {
  listener.open = open_in(current, listener);
  if (listener.open == nullptr) {
    if (const PlannedListener* other = overlapping(current, listener)) {
      return faults.add(
          "listening on " + listener.address + " needs a restart of the server, for the running " +
              "configuration holds " + other->bound,
          listener.place
      );
    }
    Result<Listener> opened = open_listener(listener.view(), backlog);
    if (!opened) return faults.add(opened.error().text(), listener.place);
    listener.open = std::make_shared<Listener>(std::move(*opened));
  }
  listener.bound = endpoint_text(listener.family, listener.ip, listener.open->port);
}

}  // namespace

tenon_listener PlannedListener::view() const {
  tenon_listener out{};
  out.struct_size = sizeof out;
  out.family = family;
  out.port = port;
  std::memcpy(out.ip, ip, sizeof out.ip);
  out.name = str(name);
  out.address = str(address);
  out.place = str(place);
  return out;
}

Result<std::shared_ptr<WinntPlan>, Outcome> make_plan(
    const tenon_control_host& host, const tenon_mpm_config& config, const WinntPlan* current
) {
  Faults faults(host);
  const Result<WinntSettings> settings = read_winnt_settings(*host.cfg, config.options);
  if (!settings) {
    faults.add(settings.error().text());
    return fail(faults.outcome(kConfig));
  }
  auto plan = std::make_shared<WinntPlan>();
  plan->winnt = *settings;
  plan->settings = settings->common;
  plan->snapshot = std::string(view(config.snapshot));
  if (current != nullptr && current->settings.listen_backlog != plan->settings.listen_backlog) {
    faults.add("another listen_backlog needs a restart of the server");
    return fail(faults.outcome(kConfig));
  }
  for (const tenon_listener* listener : listeners_of(config)) {
    plan->listeners.push_back(planned(*listener));
    open_or_share(plan->listeners.back(), current, plan->settings.listen_backlog, faults);
  }
  if (faults.any()) return fail(faults.outcome(kMachine));
  return plan;
}

}  // namespace tenon::mpm
