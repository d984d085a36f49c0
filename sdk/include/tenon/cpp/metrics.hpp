// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <tenon/cpp/host.hpp>
#include <tenon/metrics.h>

// Numbers that a module counts. They are made in the module's constructor, which may run again for
// the next instance: the same name is the same number. Counting takes no lock.
//
//   tenon::Counter received{{.name = "received", .unit = "bytes", .help = "Bytes of bodies."}};
//   tenon::Labelled<tenon::Counter, 1> answers{{.name = "answers", .help = "..."}, {"method"}};
//   received.add(12);  answers.with({"GET"}).add();
namespace tenon {

// The interface; null where the server doesn't offer it. Asked for once.
inline const tenon_metrics* metrics_api() {
  static const tenon_metrics* const api = query<tenon_metrics>(TENON_METRICS_ID);
  return api;
}

struct Metric {
  const char* name = nullptr;           // without the module's name, which is put in front
  const char* unit = nullptr;           // "seconds", "bytes", or none
  const char* help = nullptr;           // one sentence
  std::span<const double> bounds = {};  // of a histogram
};

namespace detail {

inline constexpr uint32_t kNoMetric = UINT32_MAX;

// What cannot be defined counts nothing, and is told in the error log.
inline uint32_t define(int32_t kind, const Metric& what, const char* const* labels) {
  tenon_metric metric{};
  metric.struct_size = sizeof metric;
  metric.kind = kind;
  metric.name = what.name;
  metric.unit = what.unit;
  metric.help = what.help;
  metric.labels = labels;
  metric.bounds = what.bounds.data();
  metric.n_bounds = what.bounds.size();
  uint32_t id = kNoMetric;
  if (metrics_api() == nullptr) return kNoMetric;
  if (metrics_api()->define(loaded.self, &metric, &id) == TENON_OK) return id;
  const tenon_header name = field("metric", what.name);
  tenon::log(TENON_LOG_ERROR, "a metric cannot be defined", {&name, 1});
  return kNoMetric;
}

inline tenon_series* series(uint32_t id, std::span<const tenon_str> values) {
  tenon_series* out = nullptr;
  if (id == kNoMetric) return nullptr;
  metrics_api()->series(loaded.self, id, values.data(), values.size(), &out);
  return out;
}

}  // namespace detail

// Only grows.
class Counter {
 public:
  static constexpr int32_t kKind = TENON_METRIC_COUNTER;
  explicit Counter(const Metric& what) : Counter(detail::define(kKind, what, nullptr), {}) {}
  Counter(uint32_t id, std::span<const tenon_str> labels) : series_(detail::series(id, labels)) {}

  void add(double value = 1) const {
    if (series_ != nullptr) metrics_api()->add(series_, value);
  }

 private:
  tenon_series* series_;
};

// Goes up and down.
class Gauge {
 public:
  static constexpr int32_t kKind = TENON_METRIC_GAUGE;
  explicit Gauge(const Metric& what) : Gauge(detail::define(kKind, what, nullptr), {}) {}
  Gauge(uint32_t id, std::span<const tenon_str> labels) : series_(detail::series(id, labels)) {}

  void add(double value) const {
    if (series_ != nullptr) metrics_api()->add(series_, value);
  }
  void set(double value) const {
    if (series_ != nullptr) metrics_api()->observe(series_, value);
  }

 private:
  tenon_series* series_;
};

// How often values were at most each bound.
class Histogram {
 public:
  static constexpr int32_t kKind = TENON_METRIC_HISTOGRAM;
  explicit Histogram(const Metric& what) : Histogram(detail::define(kKind, what, nullptr), {}) {}
  Histogram(uint32_t id, std::span<const tenon_str> labels) : series_(detail::series(id, labels)) {}

  void observe(double value) const {
    if (series_ != nullptr) metrics_api()->observe(series_, value);
  }

 private:
  tenon_series* series_;
};

// A metric with labels. with() takes a lock: keep its result where values repeat.
template <class Kind, size_t N>
class Labelled {
 public:
  Labelled(const Metric& what, const std::array<const char*, N>& names) {
    std::array<const char*, N + 1> list{};  // NULL-terminated
    for (size_t i = 0; i < N; ++i) {
      list[i] = names[i];
    }
    id_ = detail::define(Kind::kKind, what, list.data());
  }

  Kind with(const std::array<std::string_view, N>& values) const {
    std::array<tenon_str, N> list{};
    for (size_t i = 0; i < N; ++i) {
      list[i] = str(values[i]);
    }
    return Kind(id_, list);
  }

 private:
  uint32_t id_;
};

}  // namespace tenon
