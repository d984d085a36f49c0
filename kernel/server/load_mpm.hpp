// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/mpm.h>

#include "base/diagnostics.hpp"
#include "config/config.hpp"

namespace tenon::server {

// The MPM that the configuration chooses; null, and a finding at its place, when it cannot be
// loaded.
const tenon_mpm* load_mpm(const config::Config& config, Diagnostics& diagnostics);

}  // namespace tenon::server
