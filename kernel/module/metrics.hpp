// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/metrics.h>
#include <tenon/status.h>

#include "base/limits.hpp"

// One metric with one set of label values: on cache lines of its own, because all threads count.
struct alignas(64) tenon_series {
  int32_t kind = 0;
  std::atomic<double> value{0};  // of a histogram: the sum of its values
  const std::vector<double>* bounds = nullptr;
  std::unique_ptr<std::atomic<uint64_t>[]> counts;  // one more than bounds
  std::vector<std::string> labels;                  // their values
};

namespace tenon::module {

// All metrics of a process: "tenon.metrics/1".
class Metrics {
 public:
  // [control] As tenon_metrics::define, for the module of that name. When it is refused, `why` is a
  // clause for the operator.
  tenon_status define(
      const std::string& module, const tenon_metric& metric, uint32_t& id, std::string& why
  );
  // [any] As tenon_metrics::series.
  tenon_status series(
      const std::string& module,
      uint32_t id,
      const tenon_str* values,
      size_t n_values,
      tenon_series** out
  );
  // [any] Calls `fn` for every series; see tenon_status_api::metrics.
  void visit(tenon_metric_sample_fn fn, void* context);

 private:
  struct Metric {
    std::string module;
    std::string full_name;
    int32_t kind = 0;
    std::string name, unit, help;
    std::vector<std::string> labels;
    std::vector<double> bounds;
    std::map<std::vector<std::string>, std::unique_ptr<tenon_series>> series;
  };
  static std::string fault_of(const tenon_metric& metric);
  static std::unique_ptr<Metric> copy(const std::string& module, const tenon_metric& metric);
  static bool same(const Metric& one, const Metric& other);
  static void show(const Metric& metric, const tenon_series& series, const auto& fn);

  std::mutex mutex_;  // guards all below, but not what series count
  std::vector<std::unique_ptr<Metric>> metrics_;
  std::map<std::string, uint32_t, std::less<>> by_name_;  // index, by the full name
};

// The table behind "tenon.metrics/1".
const tenon_metrics& metrics_api();

}  // namespace tenon::module
