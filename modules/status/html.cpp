// SPDX-License-Identifier: Apache-2.0
#include "html.hpp"

#include <initializer_list>
#include <string_view>

#include <tenon/cpp/text.hpp>

namespace tenon::status {
namespace {

using std::string_view;

constexpr string_view kHead =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"refresh\" content=\"5\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Tenon</title>\n"
    "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}th,td{padding:.2em 1em .2em 0;text-align:left;"
    "border-bottom:1px solid #ddd}td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "small{color:#666}</style>\n</head>\n<body>\n";
constexpr string_view kFoot = "</body>\n</html>\n";

std::string escape(string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// A cell of a number is aligned as one.
std::string cell(string_view text, bool number = false) {
  return std::string(number ? "<td class=\"n\">" : "<td>") + escape(text) + "</td>";
}

std::string head_row(std::initializer_list<string_view> names) {
  std::string out = "<tr>";
  for (const string_view name : names) {
    out += "<th>" + std::string(name) + "</th>";
  }
  return out + "</tr>\n";
}

std::string server_table(const Report& report) {
  std::string out = "<table>\n";
  for (const Number& number : numbers_of(report.server)) {
    out += "<tr>" + cell(number.name) + cell(std::to_string(number.value), true) + "</tr>\n";
  }
  return out + "</table>\n";
}

std::string listener_table(const Report& report) {
  std::string out = "<h2>Listeners</h2>\n<table>\n" + head_row(
                                                          {"name",
                                                           "address",
                                                           "mode",
                                                           "paused",
                                                           "accepts",
                                                           "client errors",
                                                           "resource errors",
                                                           "other errors",
                                                           "fallbacks",
                                                           "replacements"}
                                                      );
  for (const tenon_listener_slot& slot : report.listeners) {
    out += "<tr>" + cell(cut(slot.name)) + cell(cut(slot.address)) + cell(mode_text(slot.mode)) +
           cell(slot.paused != 0 ? "yes" : "no");
    for (const Number& number : numbers_of(slot)) {
      out += cell(std::to_string(number.value), true);
    }
    out += "</tr>\n";
  }
  return out + "</table>\n";
}

std::string module_table(const Report& report) {
  std::string out = "<h2>Modules</h2>\n<table>\n" +
                    head_row({"name", "calls", "failures", "seconds in the pool"});
  for (const tenon_module_counts& module : report.modules) {
    out += "<tr>" + cell(cut(module.name));
    for (const Number& number : numbers_of(module)) {
      out += cell(std::to_string(number.value), true);
    }
    out += cell(number_text(seconds(module.time_ns)), true) + "</tr>\n";
  }
  return out + "</table>\n";
}

std::string labels_of(const Sample& sample) {
  std::string out;
  for (const auto& [name, value] : sample.labels) {
    out.append(out.empty() ? "" : ", ").append(name).append("=").append(value);
  }
  return out;
}

std::string value_of(const Sample& sample) {
  if (sample.kind != TENON_METRIC_HISTOGRAM) return number_text(sample.value);
  return std::to_string(sample.count()) + " values, sum " + number_text(sample.value);
}

std::string metric_table(const Report& report) {
  if (report.metrics.empty()) return "";
  std::string out =
      "<h2>Metrics of modules</h2>\n<table>\n" + head_row({"name", "labels", "value", "meaning"});
  for (const Sample& sample : report.metrics) {
    out += "<tr>" + cell(sample.name) + cell(labels_of(sample)) + cell(value_of(sample), true) +
           cell(sample.help) + "</tr>\n";
  }
  return out + "</table>\n";
}

}  // namespace

std::string as_html(const Report& report) {
  std::string out(kHead);
  out += "<h1>Tenon " + escape(view(report.server.version)) + " <small>mpm_" +
         escape(view(report.server.mpm)) + "</small></h1>\n";
  out += server_table(report) + listener_table(report) + module_table(report);
  out += metric_table(report);
  out += kFoot;
  return out;
}

}  // namespace tenon::status
