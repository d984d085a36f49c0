// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <tenon/cpp/text.hpp>

namespace tenon::status {
namespace {

using std::string_view;

constexpr uint64_t kSecondNs = 1'000'000'000;

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

// The fixed arrays of a slot end at their first NUL, or at their end.
template <size_t N>
string_view cut(const char (&text)[N]) {
  return {text, static_cast<size_t>(std::find(text, text + N, '\0') - text)};
}

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

struct Number {
  string_view name;
  uint64_t value;
};

std::array<Number, 13> numbers_of(const tenon_server_status& server) {
  return {{
      {"generation", server.generation},
      {"control_pid", server.control_pid},
      {"child_pid", server.child_pid},
      {"uptime_seconds", server.uptime_ns / kSecondNs},
      {"child_uptime_seconds", server.child_uptime_ns / kSecondNs},
      {"connections_open", server.connections_open},
      {"connections", server.connections},
      {"requests", server.requests},
      {"bytes_sent", server.bytes_sent},
      {"threads", server.n_threads},
      {"io_threads", server.n_io_threads},
      {"crashes", server.crashes},
      {"listener_count", server.n_listeners},
  }};
}

std::array<Number, 4> numbers_of(const tenon_listener_slot& listener) {
  return {{
      {"accepts", listener.accepts},
      {"client_errors", listener.client_errors},
      {"resource_errors", listener.resource_errors},
      {"other_errors", listener.other_errors},
  }};
}

void append(std::string& out, std::initializer_list<string_view> parts) {
  for (const string_view part : parts) {
    out += part;
  }
}

// The quality of a media range in one member of an Accept field, in thousandths; -1: another range.
int quality_of(string_view member, string_view range) {
  const auto trim = [](string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
      text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
      text.remove_suffix(1);
    }
    return text;
  };
  size_t end = member.find(';');
  if (trim(member.substr(0, end)) != range) return -1;
  int quality = 1000;
  while (end != string_view::npos) {
    member.remove_prefix(end + 1);
    end = member.find(';');
    const string_view parameter = trim(member.substr(0, end));
    if (!parameter.starts_with("q=")) continue;
    double value = 1;
    std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), value);
    quality = static_cast<int>(std::clamp(value, 0.0, 1.0) * 1000);
  }
  return quality;
}

int quality(string_view accept, string_view range) {
  int best = -1;
  while (!accept.empty()) {
    const size_t comma = accept.find(',');
    best = std::max(best, quality_of(accept.substr(0, comma), range));
    if (comma == string_view::npos) break;
    accept.remove_prefix(comma + 1);
  }
  return best;
}

}  // namespace

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
  json.close("}");
  out += '\n';
  return out;
}

bool wants_json(string_view query, string_view accept) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const string_view parameter = query.substr(0, end);
    if (parameter == "format=json") return true;
    if (parameter == "format=text") return false;
    if (end == string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  const int json = quality(accept, "application/json");
  return json > 0 && json >= quality(accept, "text/plain");
}

}  // namespace tenon::status
