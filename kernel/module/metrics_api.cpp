// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <tenon/cpp/text.hpp>

#include "base/text.hpp"
#include "module/metrics.hpp"
#include "module/self.hpp"

// "tenon.metrics/1". Counting takes no lock and waits for nobody.
namespace tenon::module {
namespace {

tenon_status TENON_CALL
define(tenon_self* self, const tenon_metric* metric, uint32_t* id) noexcept {
  if (self == nullptr || metric == nullptr || id == nullptr) return TENON_E_ARG;
  const tenon_self::Stage stage = self->stage;
  if (stage != tenon_self::Stage::Load && stage != tenon_self::Stage::Create) return TENON_E_STATE;
  std::string why;
  const tenon_status status = self->services->runtime.metrics.define(self->name, *metric, *id, why);
  if (status != TENON_OK && !why.empty()) {
    const std::string name = metric->name == nullptr ? "" : metric->name;
    self->note_error("the metric " + quote(name) + " cannot be defined: " + why);
  }
  return status;
}

tenon_status TENON_CALL series(
    tenon_self* self, uint32_t id, const tenon_str* values, size_t n_values, tenon_series** out
) noexcept {
  if (self == nullptr || out == nullptr || (n_values != 0 && values == nullptr)) return TENON_E_ARG;
  return self->services->runtime.metrics.series(self->name, id, values, n_values, out);
}

void TENON_CALL add(tenon_series* series, double value) noexcept {
  if (series == nullptr || std::isnan(value)) return;
  if (series->kind == TENON_METRIC_HISTOGRAM) return;
  if (series->kind == TENON_METRIC_COUNTER && value < 0) return;
  series->value.fetch_add(value, std::memory_order_relaxed);
}

void TENON_CALL observe(tenon_series* series, double value) noexcept {
  if (series == nullptr || std::isnan(value)) return;
  if (series->kind == TENON_METRIC_GAUGE) series->value.store(value, std::memory_order_relaxed);
  if (series->kind != TENON_METRIC_HISTOGRAM) return;
  const std::vector<double>& bounds = *series->bounds;
  const auto at = std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin();
  series->counts[static_cast<size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  series->value.fetch_add(value, std::memory_order_relaxed);
}

}  // namespace

const tenon_metrics& metrics_api() {
  static constexpr tenon_metrics kApi{
      .struct_size = sizeof(tenon_metrics),
      .reserved = 0,
      .define = &define,
      .series = &series,
      .add = &add,
      .observe = &observe};
  return kApi;
}

}  // namespace tenon::module
