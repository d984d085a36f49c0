// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <tenon/cpp/text.hpp>

namespace tenon::status {
namespace {

using std::string_view;

constexpr uint64_t kSecondNs = 1'000'000'000;

class Json {
 public:
  explicit Json(std::string& out) : out_(out) {}

  void open(string_view bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(string_view bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(string_view name) {
    separate();
    quote(name);
    out_ += ':';
    first_ = true;  // the value follows without a comma
  }
  void text(string_view name, string_view value) {
    key(name);
    separate();
    quote(value);
  }
  void number(string_view name, uint64_t value) {
    key(name);
    separate();
    out_ += std::to_string(value);
  }
  // JSON has no infinity: a number that is none is null.
  void real(string_view name, double value) {
    key(name);
    separate();
    out_ += std::isfinite(value) ? number_text(value) : "null";
  }
  void boolean(string_view name, bool value) {
    key(name);
    separate();
    out_ += value ? "true" : "false";
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  // RFC 8259 §7. The slots are filled by our own code with UTF-8.
  void quote(string_view value) {
    constexpr string_view kDigits = "0123456789abcdef";
    out_ += '"';
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') out_ += '\\';
      if (byte >= 0x20) {
        out_ += c;
      } else {
        out_.append("\\u00").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
      }
    }
    out_ += '"';
  }

  std::string& out_;
  bool first_ = true;
};

void append(std::string& out, std::initializer_list<string_view> parts) {
  for (const string_view part : parts) {
    out += part;
  }
}

void append_labels(Json& json, const Sample& sample) {
  json.key("labels");
  json.open("{");
  for (const auto& [name, value] : sample.labels) {
    json.text(name, value);
  }
  json.close("}");
}

// Every bucket with its own count: those below it are not in it.
void append_buckets(Json& json, const Sample& sample) {
  json.number("count", sample.count());
  json.real("sum", sample.value);
  json.key("buckets");
  json.open("[");
  for (size_t i = 0; i < sample.counts.size(); ++i) {
    json.open("{");
    if (i < sample.bounds.size()) json.real("up_to", sample.bounds[i]);
    json.number("count", sample.counts[i]);
    json.close("}");
  }
  json.close("]");
}

void append_modules(Json& json, const Report& report) {
  json.key("modules");
  json.open("[");
  for (const tenon_module_counts& module : report.modules) {
    json.open("{");
    json.text("name", cut(module.name));
    for (const Number& number : numbers_of(module)) {
      json.number(number.name, number.value);
    }
    json.real("pool_seconds", seconds(module.time_ns));
    json.close("}");
  }
  json.close("]");
}

void append_metrics(Json& json, const Report& report) {
  json.key("metrics");
  json.open("[");
  for (const Sample& sample : report.metrics) {
    json.open("{");
    json.text("name", sample.name);
    json.text("kind", kind_text(sample.kind));
    append_labels(json, sample);
    if (sample.kind == TENON_METRIC_HISTOGRAM) {
      append_buckets(json, sample);
    } else {
      json.real("value", sample.value);
    }
    json.close("}");
  }
  json.close("]");
}

}  // namespace

string_view mode_text(uint32_t mode) {
  switch (mode) {
    case TENON_ACCEPT_ACCEPTEX:
      return "acceptex";
    case TENON_ACCEPT_ACCEPT:
      return "accept";
    case TENON_ACCEPT_EPOLL:
      return "epoll";
    default:
      return "none";
  }
}

std::array<Number, 16> numbers_of(const tenon_server_status& server) {
  return {{
      {"generation", server.generation},
      {"control_pid", server.control_pid},
      {"child_pid", server.child_pid},
      {"uptime_seconds", server.uptime_ns / kSecondNs},
      {"child_uptime_seconds", server.child_uptime_ns / kSecondNs},
      {"connections_open", server.connections_open},
      {"connections", server.connections},
      {"requests", server.requests},
      {"requests_active", server.requests_active},
      {"bytes_sent", server.bytes_sent},
      {"threads", server.n_threads},
      {"io_threads", server.n_io_threads},
      {"pool_queued", server.pool_queued},
      {"pool_rejected", server.pool_rejected},
      {"crashes", server.crashes},
      {"listener_count", server.n_listeners},
  }};
}

std::array<Number, 6> numbers_of(const tenon_listener_slot& listener) {
  return {{
      {"accepts", listener.accepts},
      {"client_errors", listener.client_errors},
      {"resource_errors", listener.resource_errors},
      {"other_errors", listener.other_errors},
      {"fallbacks", listener.fallbacks},
      {"replacements", listener.replacements},
  }};
}

std::array<Number, 2> numbers_of(const tenon_module_counts& module) {
  return {{{"calls", module.calls}, {"failures", module.failures}}};
}

double seconds(uint64_t ns) {
  return static_cast<double>(ns / 1'000'000) / 1e3;
}

std::string as_text(const Report& report) {
  const tenon_server_status& server = report.server;
  std::string out;
  append(out, {"version: ", view(server.version), "\nmpm: ", view(server.mpm), "\n"});
  for (const Number& number : numbers_of(server)) {
    append(out, {number.name, ": ", std::to_string(number.value), "\n"});
  }
  for (const tenon_listener_slot& listener : report.listeners) {
    append(out, {"listener: name=", cut(listener.name), " address=", cut(listener.address)});
    append(out, {" accept_mode=", mode_text(listener.mode)});
    append(out, {" paused=", listener.paused != 0 ? "true" : "false"});
    for (const Number& number : numbers_of(listener)) {
      append(out, {" ", number.name, "=", std::to_string(number.value)});
    }
    out += '\n';
  }
  for (const tenon_module_counts& module : report.modules) {
    append(out, {"module: name=", cut(module.name)});
    for (const Number& number : numbers_of(module)) {
      append(out, {" ", number.name, "=", std::to_string(number.value)});
    }
    append(out, {" pool_seconds=", number_text(seconds(module.time_ns)), "\n"});
  }
  for (const Sample& sample : report.metrics) {
    append(out, {"metric: ", sample.name});
    for (const auto& [name, value] : sample.labels) {
      append(out, {" ", name, "=", value});
    }
    const bool histogram = sample.kind == TENON_METRIC_HISTOGRAM;
    if (histogram) append(out, {" count=", std::to_string(sample.count())});
    append(out, {histogram ? " sum=" : " value=", number_text(sample.value), "\n"});
  }
  return out;
}

std::string as_json(const Report& report) {
  std::string out;
  Json json(out);
  json.open("{");
  json.text("version", view(report.server.version));
  json.text("mpm", view(report.server.mpm));
  for (const Number& number : numbers_of(report.server)) {
    json.number(number.name, number.value);
  }
  json.key("listeners");
  json.open("[");
  for (const tenon_listener_slot& listener : report.listeners) {
    json.open("{");
    json.text("name", cut(listener.name));
    json.text("address", cut(listener.address));
    json.text("accept_mode", mode_text(listener.mode));
    json.boolean("paused", listener.paused != 0);
    for (const Number& number : numbers_of(listener)) {
      json.number(number.name, number.value);
    }
    json.close("}");
  }
  json.close("]");
  append_modules(json, report);
  append_metrics(json, report);
  json.close("}");
  out += '\n';
  return out;
}

}  // namespace tenon::status
