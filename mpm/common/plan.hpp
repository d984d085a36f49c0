// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>
#include <tenon/mpm.h>

#include "common/endpoint.hpp"
#include "common/supervisor.hpp"

namespace tenon::mpm {

// What one listener of a configuration says.
struct ListenerSpec {
  explicit ListenerSpec(const tenon_listener& listener);

  std::string name;
  std::string address;  // as written
  std::string place;
  std::uint16_t family = 4;
  std::uint16_t port = 0;  // as written
  std::uint8_t ip[16] = {};

  tenon_listener view() const;
  // Port 0 is any free one, so only the name says then which of them is meant.
  bool is_same(const ListenerSpec& other) const;
};

// One listener of a plan. The socket is shared with the plans before and after that have the same
// address, and closes with the last of them. `Listener` is the platform's: a socket and its port.
template <class Listener>
struct BasicPlannedListener : ListenerSpec {
  using ListenerSpec::ListenerSpec;
  std::string bound;               // "127.0.0.1:40123"; as written if it is not open
  std::shared_ptr<Listener> open;  // null: this machine does not speak the address family
};

// One of them as others see it. The texts are the plan's.
struct ListenAddress {
  std::string_view name;
  std::string_view bound;
  bool is_open = false;
};

// A plan whatever the platform's listeners are.
struct ListenersPlan : Plan {
  std::string snapshot;  // grows by the files that a child wants

  virtual std::vector<ListenAddress> addresses() const = 0;
  virtual void close() = 0;
};

template <class Listener>
struct BasicPlan : ListenersPlan {
  std::vector<BasicPlannedListener<Listener>> listeners;

  std::vector<ListenAddress> addresses() const override {
    std::vector<ListenAddress> all;
    for (const BasicPlannedListener<Listener>& listener : listeners)
      all.push_back({listener.name, listener.bound, listener.open != nullptr});
    return all;
  }
  void close() override { listeners.clear(); }
};

// Collects what cannot be, for the log at once and for the one who asked.
class PlanFaults {
 public:
  explicit PlanFaults(const tenon_control_host& host) : host_(host) {}

  void add(const std::string& text, std::string_view place = {});
  // Only for the log: the server does without.
  void warn(const std::string& text, std::string_view place);
  bool any() const { return !text_.empty(); }
  Outcome outcome(std::int32_t code) const { return {code, text_}; }

 private:
  const tenon_control_host& host_;
  std::string text_;
};

// "listening on X needs a restart of the server, for ...".
std::string needs_restart(const ListenerSpec& wanted, const std::string& held);

// What an address that cannot be listened on suffers from, as far as it makes a difference.
enum class ListenTrouble { Other, Taken, NoSuchFamily };

template <class Listener>
using OpenListener = std::function<Result<Listener>(
    const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble
)>;

// Gives `listener` the socket that `current` has for its address, or opens one. A socket cannot be
// bound to what another one that we hold contains or is part of.
template <class Listener>
void open_or_share(
    BasicPlannedListener<Listener>& listener,
    const BasicPlan<Listener>* current,
    std::uint32_t backlog,
    const OpenListener<Listener>& open,
    PlanFaults& faults
) {
  const BasicPlannedListener<Listener>* holder = nullptr;
  for (std::size_t i = 0; current != nullptr && i < current->listeners.size(); ++i) {
    const auto& held = current->listeners[i];
    if (held.open == nullptr) continue;
    if (held.is_same(listener)) listener.open = held.open;
    if (held.family == listener.family && held.open->port == listener.port) holder = &held;
  }
  if (listener.open == nullptr) {
    if (holder != nullptr && listener.port != 0) {
      return faults.add(needs_restart(listener, holder->bound), listener.place);
    }
    ListenTrouble trouble = ListenTrouble::Other;
    Result<Listener> opened = open(listener.view(), backlog, trouble);
    listener.bound = listener.address;
    if (!opened && trouble == ListenTrouble::NoSuchFamily) {
      return faults.warn(opened.error().text(), listener.place);
    }
    if (!opened) return faults.add(opened.error().text(), listener.place);
    listener.open = std::make_shared<Listener>(std::move(*opened));
  }
  listener.bound = endpoint_text(listener.family, listener.ip, listener.open->port);
}

// Fills in `plan` by what `config` says, with the sockets that `current` (may be null) has open
// already. REQUIRES: plan.settings are read. Reports what is wrong, with its place.
template <class Listener>
Result<Done, Outcome> fill_plan(
    BasicPlan<Listener>& plan,
    const tenon_control_host& host,
    const tenon_mpm_config& config,
    const BasicPlan<Listener>* current,
    const OpenListener<Listener>& open
) {
  PlanFaults faults(host);
  const std::string& warning = plan.settings.warning;
  if (!warning.empty()) host.report(host.context, TENON_LOG_WARN, {}, str(warning));
  plan.snapshot = std::string(view(config.snapshot));
  if (current != nullptr && current->settings.listen_backlog != plan.settings.listen_backlog) {
    faults.add("another listen_backlog needs a restart of the server");
    return fail(faults.outcome(kConfig));
  }
  for (const tenon_listener* listener : listeners_of(config)) {
    plan.listeners.emplace_back(*listener);
    open_or_share(plan.listeners.back(), current, plan.settings.listen_backlog, open, faults);
  }
  const bool none_is_open =
      std::none_of(plan.listeners.begin(), plan.listeners.end(), [](const auto& listener) {
        return listener.open != nullptr;
      });
  if (!faults.any() && none_is_open) faults.add("there is no address left to listen on");
  if (faults.any()) return fail(faults.outcome(kMachine));
  return Done{};
}

}  // namespace tenon::mpm
