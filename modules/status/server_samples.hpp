// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "report.hpp"

namespace tenon::status {

// What the server and its listeners count, as metrics named tenon_...
std::vector<Sample> server_samples(const Report& report);

}  // namespace tenon::status
