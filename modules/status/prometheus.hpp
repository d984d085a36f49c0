// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report.hpp"

namespace tenon::status {

inline constexpr const char* kPrometheusType = "text/plain; version=0.0.4; charset=utf-8";

// The text format 0.0.4 of Prometheus: the server's own numbers as tenon_..., then the modules'.
std::string as_prometheus(const Report& report);

}  // namespace tenon::status
