// SPDX-License-Identifier: Apache-2.0
#include "common/status_text.hpp"

#include <cstring>

#include <nlohmann/json.hpp>

#include "common/crash_report.hpp"
#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMillisecond = 1'000'000;

std::string cut(const char* field, std::size_t bytes) {
  return std::string(field, ::strnlen(field, bytes));
}

const char* role_name(Supervisor::Role role) {
  switch (role) {
    case Supervisor::Role::Starting:
      return "starting";
    case Supervisor::Role::Serving:
      return "serving";
    case Supervisor::Role::Draining:
      return "draining";
  }
  return "unknown";
}

const char* mode_name(std::uint32_t mode) {
  switch (mode) {
    case TENON_ACCEPT_ACCEPTEX:
      return "AcceptEx";
    case TENON_ACCEPT_ACCEPT:
      return "accept";
    case TENON_ACCEPT_EPOLL:
      return "epoll";
    default:
      return "none";
  }
}

Json connections_of(const tenon_section& section) {
  std::uint64_t open = 0, ever = 0, active = 0, requests = 0, sent = 0;
  for (std::uint32_t i = 0; i < section.n_threads; ++i) {
    const tenon_thread_slot& slot = thread_slot(section, i);
    open += load(slot.connections_open);
    ever += load(slot.connections);
    active += load(slot.requests_active);
    requests += load(slot.requests);
    sent += load(slot.bytes_sent);
  }
  return {
      {"connections_open", open},
      {"connections", ever},
      {"requests_active", active},
      {"requests", requests},
      {"bytes_sent", sent}};
}

Json listeners_of(const tenon_section& section) {
  Json listeners = Json::array();
  for (std::uint32_t i = 0; i < section.n_listeners; ++i) {
    const tenon_listener_slot& slot = listener_slot(section, i);
    listeners.push_back(
        {{"name", cut(slot.name, sizeof slot.name)},
         {"address", cut(slot.address, sizeof slot.address)},
         {"mode", mode_name(load(slot.mode))},
         {"paused", load(slot.paused) != 0},
         {"accepts", load(slot.accepts)},
         {"client_errors", load(slot.client_errors)},
         {"resource_errors", load(slot.resource_errors)},
         {"other_errors", load(slot.other_errors)},
         {"fallbacks", load(slot.fallbacks)},
         {"replacements", load(slot.replacements)}}
    );
  }
  return listeners;
}

Json modules_of(const tenon_section& section) {
  Json modules = Json::array();
  for (std::uint32_t m = 0; m < section.n_modules; ++m) {
    const std::string name = cut(module_name(section, m), TENON_SECTION_NAME_BYTES);
    if (name.empty()) continue;
    std::uint64_t calls = 0, failures = 0, time_ns = 0;
    for (std::uint32_t i = 0; i < section.n_threads; ++i) {
      const tenon_module_slot& slot = module_slot(section, i, m);
      calls += load(slot.calls);
      failures += load(slot.failures);
      time_ns += load(slot.time_ns);
    }
    modules.push_back(
        {{"name", name}, {"calls", calls}, {"failures", failures}, {"pool_time_ns", time_ns}}
    );
  }
  return modules;
}

Json child_json(const ServerStatus::Child& child, std::uint64_t now_ns) {
  const tenon_section& section = *child.section;
  Json out = {
      {"generation", section.generation},
      {"state", role_name(child.role)},
      {"pid", section.child_pid},
      {"started_unix_ns", section.child_started_unix_ns}};
  out.update(connections_of(section));
  out["pool_queued"] = load(section.pool_queued);
  out["pool_rejected"] = load(section.pool_rejected);
  out["listeners"] = listeners_of(section);
  out["modules"] = modules_of(section);
  out["hooks"] = describe_hooks(section, now_ns);
  return out;
}

Json to_json(const ServerStatus& status) {
  const bool waits = status.restart_at_ns > status.now_ns;
  Json out = {
      {"instance", status.instance},
      {"pid", status.control_pid},
      {"started_unix_ns", status.started_unix_ns},
      {"stopping", status.stopping},
      {"crashes", status.crashes},
      {"restart_in_ms", waits ? (status.restart_at_ns - status.now_ns) / kMillisecond : 0},
      {"generations", Json::array()}};
  for (const ServerStatus::Child& child : status.children)
    out["generations"].push_back(child_json(child, status.now_ns));
  return out;
}

std::string line(const Json& object, std::initializer_list<const char*> keys) {
  std::string text;
  for (const char* key : keys) {
    const Json& value = object[key];
    text += std::string(text.empty() ? "" : " ") + key + "=" +
            (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text + "\n";
}

void add_child(std::string& text, const Json& child) {
  text += "generation " + child["generation"].dump() + ": " +
          line(
              child,
              {"state",
               "pid",
               "connections_open",
               "connections",
               "requests_active",
               "requests",
               "bytes_sent",
               "pool_queued",
               "pool_rejected"}
          );
  for (const Json& listener : child["listeners"]) {
    text += "  listener " + line(
                                listener,
                                {"name",
                                 "address",
                                 "mode",
                                 "paused",
                                 "accepts",
                                 "client_errors",
                                 "resource_errors",
                                 "other_errors",
                                 "fallbacks",
                                 "replacements"}
                            );
  }
  for (const Json& module : child["modules"])
    text += "  module " + line(module, {"name", "calls", "failures", "pool_time_ns"});
  const auto hooks = child["hooks"].get<std::string>();
  if (!hooks.empty()) text += hooks + "\n";
}

}  // namespace

std::string status_json(const ServerStatus& status) {
  return to_json(status).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string status_text(const ServerStatus& status) {
  const Json all = to_json(status);
  std::string text =
      "server: " + line(all, {"instance", "pid", "stopping", "crashes", "restart_in_ms"});
  for (const Json& child : all["generations"])
    add_child(text, child);
  return text;
}

}  // namespace tenon::mpm
