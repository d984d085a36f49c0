// SPDX-License-Identifier: Apache-2.0
#include "sample.hpp"

#include <charconv>
#include <cmath>
#include <numeric>

#include <tenon/cpp/text.hpp>

namespace tenon::status {

uint64_t Sample::count() const {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

Sample copy(const tenon_metric_sample& from) {
  Sample sample;
  sample.kind = from.kind;
  sample.name = view(from.name);
  sample.help = view(from.help);
  for (size_t i = 0; i < from.n_labels; ++i) {
    sample.labels.emplace_back(view(from.labels[i]), view(from.values[i]));
  }
  sample.value = from.value;
  if (from.counts != nullptr) {
    sample.bounds.assign(from.bounds, from.bounds + from.n_bounds);
    sample.counts.assign(from.counts, from.counts + from.n_bounds + 1);
  }
  return sample;
}

std::string number_text(double value) {
  constexpr double kExact = 9'007'199'254'740'992;  // 2^53: every integer up to it is exact
  char text[32];
  if (std::trunc(value) == value && std::abs(value) <= kExact) {
    return std::to_string(static_cast<int64_t>(value));
  }
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string_view kind_text(int32_t kind) {
  switch (kind) {
    case TENON_METRIC_COUNTER:
      return "counter";
    case TENON_METRIC_HISTOGRAM:
      return "histogram";
    default:
      return "gauge";
  }
}

}  // namespace tenon::status
