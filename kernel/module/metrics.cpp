// SPDX-License-Identifier: Apache-2.0
#include "module/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "base/text.hpp"

namespace tenon::module {
namespace {

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

// [a-z][a-z0-9_]*, as Prometheus and OpenMetrics take it without quotes.
bool is_metric_name(std::string_view name) {
  if (name.empty() || !is_lower_letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_lower_letter(c) || is_digit(c) || c == '_';
  });
}

std::vector<std::string> list_of(const char* const* names) {
  std::vector<std::string> list;
  for (; names != nullptr && *names != nullptr; ++names) {
    list.emplace_back(*names);
  }
  return list;
}

std::string fault_of_labels(const std::vector<std::string>& labels, bool histogram) {
  if (labels.size() > limits::kMetricLabelsMax) return "it has too many labels";
  for (const std::string& label : labels) {
    if (!is_metric_name(label)) return "its label " + quote(label) + " is no [a-z][a-z0-9_]*";
    if (histogram && label == "le") return "its label \"le\" is the one of the bounds";
    if (std::count(labels.begin(), labels.end(), label) > 1) {
      return "its label " + quote(label) + " is there twice";
    }
  }
  return {};
}

std::string fault_of_bounds(std::span<const double> bounds) {
  if (bounds.empty()) return "a histogram needs bounds";
  if (bounds.size() > limits::kMetricBoundsMax) return "it has too many bounds";
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (!std::isfinite(bounds[i])) return "a bound is not finite";
    if (i != 0 && bounds[i] <= bounds[i - 1]) return "its bounds do not grow";
  }
  return {};
}

// Cut, and always UTF-8: readers refuse the whole page otherwise.
std::vector<std::string> label_values(const tenon_str* values, size_t n_values) {
  std::vector<std::string> list;
  for (size_t i = 0; i < n_values; ++i) {
    std::string& value = list.emplace_back(view(values[i]).substr(0, limits::kMetricLabelBytesMax));
    if (is_utf8(value)) continue;
    std::replace_if(
        value.begin(),
        value.end(),
        [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
        '?'
    );
  }
  return list;
}

}  // namespace

std::string Metrics::fault_of(const tenon_metric& metric) {
  if (metric.struct_size < sizeof(tenon_metric)) return "its struct_size is too small";
  if (!is_metric_name(text_of(metric.name))) return "its name is no [a-z][a-z0-9_]*";
  if (metric.unit != nullptr && !is_metric_name(metric.unit)) return "its unit is no name";
  if (metric.help == nullptr) return "it has no help";
  if (metric.kind < TENON_METRIC_COUNTER || metric.kind > TENON_METRIC_HISTOGRAM) {
    return "there is no kind " + std::to_string(metric.kind);
  }
  const bool histogram = metric.kind == TENON_METRIC_HISTOGRAM;
  const std::string labels = fault_of_labels(list_of(metric.labels), histogram);
  if (!labels.empty()) return labels;
  if (!histogram) return metric.n_bounds == 0 ? "" : "only a histogram has bounds";
  if (metric.bounds == nullptr) return "a histogram needs bounds";
  return fault_of_bounds({metric.bounds, metric.n_bounds});
}

// OpenMetrics: the name of a metric ends in its unit.
std::unique_ptr<Metrics::Metric> Metrics::copy(
    const std::string& module, const tenon_metric& metric
) {
  auto copy = std::make_unique<Metric>();
  copy->module = module;
  copy->kind = metric.kind;
  copy->name = metric.name;
  copy->unit = text_of(metric.unit);
  copy->help = metric.help;
  copy->labels = list_of(metric.labels);
  copy->bounds.assign(metric.bounds, metric.bounds + metric.n_bounds);
  copy->full_name = module + "_" + copy->name;
  const std::string unit = "_" + copy->unit;
  if (!copy->unit.empty() && !copy->full_name.ends_with(unit)) copy->full_name += unit;
  return copy;
}

bool Metrics::same(const Metric& one, const Metric& other) {
  return one.module == other.module && one.kind == other.kind && one.unit == other.unit &&
         one.labels == other.labels && one.bounds == other.bounds;
}

tenon_status Metrics::define(
    const std::string& module, const tenon_metric& metric, uint32_t& id, std::string& why
) {
  why = fault_of(metric);
  if (!why.empty()) return TENON_E_ARG;
  std::unique_ptr<Metric> mine = copy(module, metric);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = by_name_.find(mine->full_name);
  if (found != by_name_.end()) {
    id = found->second;
    if (same(*metrics_[id], *mine)) return TENON_OK;
    why = "there is another metric of that name";
    return TENON_E_ARG;
  }
  if (metrics_.size() >= limits::kMetricsMax) return TENON_E_LIMIT;
  id = static_cast<uint32_t>(metrics_.size());
  by_name_.emplace(mine->full_name, id);
  metrics_.push_back(std::move(mine));
  return TENON_OK;
}

tenon_status Metrics::series(
    const std::string& module,
    uint32_t id,
    const tenon_str* values,
    size_t n_values,
    tenon_series** out
) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (id >= metrics_.size() || metrics_[id]->module != module) return TENON_E_ARG;
  Metric& metric = *metrics_[id];
  if (n_values != metric.labels.size()) return TENON_E_ARG;
  std::vector<std::string> labels = label_values(values, n_values);
  const auto found = metric.series.find(labels);
  if (found != metric.series.end()) {
    *out = found->second.get();
    return TENON_OK;
  }
  if (metric.series.size() >= limits::kMetricSeriesMax) return TENON_E_LIMIT;
  auto made = std::make_unique<tenon_series>();
  made->kind = metric.kind;
  made->bounds = &metric.bounds;
  made->labels = labels;
  if (metric.kind == TENON_METRIC_HISTOGRAM) {
    made->counts = std::make_unique<std::atomic<uint64_t>[]>(metric.bounds.size() + 1);
  }
  *out = made.get();
  metric.series.emplace(std::move(labels), std::move(made));
  return TENON_OK;
}

void Metrics::show(const Metric& metric, const tenon_series& series, const auto& fn) {
  std::vector<tenon_str> labels, values;
  for (size_t i = 0; i < metric.labels.size(); ++i) {
    labels.push_back(str(metric.labels[i]));
    values.push_back(str(series.labels[i]));
  }
  std::vector<uint64_t> counts;
  for (size_t i = 0; series.counts != nullptr && i <= metric.bounds.size(); ++i) {
    counts.push_back(series.counts[i].load(std::memory_order_relaxed));
  }
  tenon_metric_sample sample{};
  sample.struct_size = sizeof sample;
  sample.kind = metric.kind;
  sample.name = str(metric.full_name);
  sample.unit = str(metric.unit);
  sample.help = str(metric.help);
  sample.labels = labels.data();
  sample.values = values.data();
  sample.n_labels = labels.size();
  sample.value = series.value.load(std::memory_order_relaxed);
  sample.bounds = metric.bounds.empty() ? nullptr : metric.bounds.data();
  sample.counts = counts.empty() ? nullptr : counts.data();
  sample.n_bounds = metric.bounds.size();
  fn(sample);
}

void Metrics::visit(tenon_metric_sample_fn fn, void* context) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [name, id] : by_name_) {
    for (const auto& [labels, series] : metrics_[id]->series) {
      show(*metrics_[id], *series, [&](const tenon_metric_sample& sample) {
        fn(context, &sample);
      });
    }
  }
}

}  // namespace tenon::module
