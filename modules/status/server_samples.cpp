// SPDX-License-Identifier: Apache-2.0
#include "server_samples.hpp"

#include <utility>

#include <tenon/cpp/text.hpp>

namespace tenon::status {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

constexpr int32_t kCounter = TENON_METRIC_COUNTER;
constexpr int32_t kGauge = TENON_METRIC_GAUGE;

class Samples {
 public:
  void add(int32_t kind, const char* name, const char* help, double value, Labels labels = {}) {
    Sample& sample = list.emplace_back();
    sample.kind = kind;
    sample.name = name;
    sample.help = help;
    sample.value = value;
    sample.labels = std::move(labels);
  }
  void add(int32_t kind, const char* name, const char* help, uint64_t value, Labels labels = {}) {
    add(kind, name, help, static_cast<double>(value), std::move(labels));
  }

  std::vector<Sample> list;
};

void add_server(Samples& out, const tenon_server_status& server) {
  const uint64_t pool_threads = server.n_threads - server.n_io_threads;
  out.add(
      kGauge,
      "tenon_info",
      "1; the labels say what runs.",
      uint64_t{1},
      {{"version", std::string(view(server.version))}, {"mpm", std::string(view(server.mpm))}}
  );
  out.add(kGauge, "tenon_generation", "Number of the child's life.", uint64_t{server.generation});
  out.add(kCounter, "tenon_crashes", "Children that ended unasked.", uint64_t{server.crashes});
  out.add(kGauge, "tenon_uptime_seconds", "Of the control process.", seconds(server.uptime_ns));
  out.add(kGauge, "tenon_child_uptime_seconds", "Of the child.", seconds(server.child_uptime_ns));
  out.add(kGauge, "tenon_connections_open", "Connections now.", server.connections_open);
  out.add(kCounter, "tenon_connections", "Connections accepted.", server.connections);
  out.add(kCounter, "tenon_requests", "Requests answered.", server.requests);
  out.add(kGauge, "tenon_requests_active", "Requests not yet answered.", server.requests_active);
  out.add(kCounter, "tenon_sent_bytes", "Bytes sent.", server.bytes_sent);
  out.add(kGauge, "tenon_threads", "Threads.", uint64_t{server.n_io_threads}, {{"kind", "io"}});
  out.add(kGauge, "tenon_threads", "Threads.", pool_threads, {{"kind", "pool"}});
  out.add(kGauge, "tenon_pool_queued", "Work that waits for a pool thread.", server.pool_queued);
  out.add(kCounter, "tenon_pool_rejected", "Work that found the queue full.", server.pool_rejected);
}

// Metric by metric, as the format wants it.
void add_modules(Samples& out, const std::vector<tenon_module_counts>& modules) {
  const auto labels = [](const tenon_module_counts& module) {
    return Labels{{"module", std::string(cut(module.name))}};
  };
  for (const tenon_module_counts& one : modules) {
    out.add(kCounter, "tenon_module_calls", "Calls of hooks.", one.calls, labels(one));
  }
  for (const tenon_module_counts& one : modules) {
    const char* const help = "Calls of hooks that failed.";
    out.add(kCounter, "tenon_module_failures", help, one.failures, labels(one));
  }
  for (const tenon_module_counts& one : modules) {
    const char* const help = "Time in hooks on pool threads.";
    out.add(kCounter, "tenon_module_pool_seconds", help, seconds(one.time_ns), labels(one));
  }
}

void add_healing(Samples& out, const Report& report) {
  const auto labels = [](const tenon_listener_slot& slot) {
    return Labels{{"listener", std::string(cut(slot.name))}};
  };
  const char* const fallbacks = "Times that a listener went over to accept().";
  for (const tenon_listener_slot& slot : report.listeners) {
    out.add(kCounter, "tenon_accept_fallbacks", fallbacks, uint64_t{slot.fallbacks}, labels(slot));
  }
  const char* const replacements = "Times that a listener's lost socket was replaced.";
  for (const tenon_listener_slot& slot : report.listeners) {
    const uint64_t count = slot.replacements;
    out.add(kCounter, "tenon_accept_replacements", replacements, count, labels(slot));
  }
}

}  // namespace

std::vector<Sample> server_samples(const Report& report) {
  Samples out;
  add_server(out, report.server);
  const auto name = [](const tenon_listener_slot& slot) { return std::string(cut(slot.name)); };
  for (const tenon_listener_slot& slot : report.listeners) {
    out.add(
        kCounter,
        "tenon_accepts",
        "Connections that listeners accepted.",
        slot.accepts,
        {{"listener", name(slot)}}
    );
  }
  for (const tenon_listener_slot& slot : report.listeners) {
    const std::pair<const char*, uint64_t> causes[] = {
        {"client", slot.client_errors},
        {"resource", slot.resource_errors},
        {"other", slot.other_errors}};
    for (const auto& [cause, count] : causes) {
      out.add(
          kCounter,
          "tenon_accept_errors",
          "Connections that could not be accepted.",
          count,
          {{"listener", name(slot)}, {"cause", cause}}
      );
    }
  }
  add_healing(out, report);
  for (const tenon_listener_slot& slot : report.listeners) {
    out.add(
        kGauge,
        "tenon_accept_paused",
        "1: the listener accepts nothing for a while.",
        uint64_t{slot.paused},
        {{"listener", name(slot)}}
    );
  }
  add_modules(out, report.modules);
  return std::move(out.list);
}

}  // namespace tenon::status
