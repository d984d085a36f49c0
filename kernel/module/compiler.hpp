// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "base/diagnostics.hpp"
#include "config/config.hpp"
#include "module/instances.hpp"
#include "module/registry.hpp"
#include "route/router.hpp"

namespace tenon::module {

enum class Purpose {
  Check,  // an offline look: nothing is created
  Serve,
};

// Turns the configuration into what the router and the pipeline run: merges the tables of every
// route with those of its site and of the top level, lets the modules judge them, makes the
// instances, and attaches the hooks. The result is usable only if `diagnostics` has no errors.
std::vector<route::Site> compile(
    const config::Config& config,
    const Registry& registry,
    Purpose purpose,
    Instances& instances,
    Diagnostics& diagnostics
);

}  // namespace tenon::module
