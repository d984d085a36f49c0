// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/status.h>

namespace tenon::status {

// One series of a metric: of a module, or of the server itself.
struct Sample {
  int32_t kind = TENON_METRIC_GAUGE;
  std::string name = {};  // without the suffix of its kind
  std::string help = {};
  std::vector<std::pair<std::string, std::string>> labels = {};
  double value = 0;  // of a histogram: the sum
  std::vector<double> bounds = {};
  std::vector<uint64_t> counts = {};  // one more than bounds

  uint64_t count() const;
};

Sample copy(const tenon_metric_sample& from);

// The shortest text that is this number: "42", "0.25".
std::string number_text(double value);
// "counter", "gauge", "histogram".
std::string_view kind_text(int32_t kind);

}  // namespace tenon::status
