// SPDX-License-Identifier: Apache-2.0
#include "prometheus.hpp"

#include <string_view>

#include "server_samples.hpp"

namespace tenon::status {
namespace {

using std::string_view;

// Of a label's value, in quotes, or of a help text, where a quote stands for itself.
std::string escape(string_view text, bool quoted) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (quoted && c == '"')) out += '\\';
    out += c;
  }
  return out;
}

std::string label(string_view name, string_view value) {
  return std::string(name) + "=\"" + escape(value, true) + "\"";
}

// "{a="x",le="1"}"; `more` is one more label, or empty.
std::string labels_of(const Sample& sample, const std::string& more = "") {
  std::string out;
  for (const auto& [name, value] : sample.labels) {
    out += (out.empty() ? "" : ",") + label(name, value);
  }
  if (!more.empty()) out += (out.empty() ? "" : ",") + more;
  return out.empty() ? "" : "{" + out + "}";
}

void append_line(
    std::string& out, const std::string& name, const std::string& labels, string_view v
) {
  out.append(name).append(labels).append(" ").append(v).append("\n");
}

// The buckets of a histogram add up: each holds those below it too.
void append_histogram(std::string& out, const Sample& sample) {
  uint64_t up_to = 0;
  for (size_t i = 0; i < sample.counts.size(); ++i) {
    up_to += sample.counts[i];
    const bool last = i == sample.bounds.size();
    const std::string bound = label("le", last ? "+Inf" : number_text(sample.bounds[i]));
    append_line(out, sample.name + "_bucket", labels_of(sample, bound), std::to_string(up_to));
  }
  append_line(out, sample.name + "_sum", labels_of(sample), number_text(sample.value));
  append_line(out, sample.name + "_count", labels_of(sample), std::to_string(up_to));
}

void append_metrics(std::string& out, const std::vector<Sample>& samples) {
  string_view before;
  for (const Sample& sample : samples) {
    const bool counter = sample.kind == TENON_METRIC_COUNTER;
    const std::string name = sample.name + (counter ? "_total" : "");
    if (sample.name != before) {
      out += "# HELP " + name + " " + escape(sample.help, false) + "\n";
      out += "# TYPE " + name + " " + std::string(kind_text(sample.kind)) + "\n";
      before = sample.name;
    }
    if (sample.kind == TENON_METRIC_HISTOGRAM) {
      append_histogram(out, sample);
    } else {
      append_line(out, name, labels_of(sample), number_text(sample.value));
    }
  }
}

}  // namespace

std::string as_prometheus(const Report& report) {
  std::string out;
  append_metrics(out, server_samples(report));
  append_metrics(out, report.metrics);
  return out;
}

}  // namespace tenon::status
