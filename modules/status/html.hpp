// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report.hpp"

namespace tenon::status {

// A page for people, which loads itself again every few seconds.
std::string as_html(const Report& report);

}  // namespace tenon::status
