// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
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

// A module's part in one route.
struct RouteUse {
  Module* module = nullptr;
  bool handles = false;            // `handler` names it
  bool has_table = false;          // its hooks of the other phases run, and its filters
  std::unique_ptr<tenon_cfg> cfg;  // merged for this route
  Place where;
};

// The modules that have a part in the route, in the order of `modules`.
std::vector<RouteUse> route_uses(
    const config::Config& config,
    const Registry& registry,
    const config::Site& site,
    const config::Route& route
);

// The files that the options of the modules name and that config.files lacks. What is wrong with
// the options is told by compile().
std::vector<std::string> wanted_files(const config::Config& config, const Registry& registry);

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
