// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include <tenon/mpm.h>

#include "config/config.hpp"
#include "log/log.hpp"
#include "module/instances.hpp"
#include "module/registry.hpp"
#include "route/router.hpp"
#include "server/description.hpp"
#include "server/program.hpp"

namespace tenon::server {

// A configuration with its MPM and modules, loaded for a look: nothing is created, no address is
// bound. Each step adds to `findings` and does nothing when an earlier one makes it pointless.
class Loaded {
 public:
  // Reads and parses the configuration.
  explicit Loaded(const Program& program);

  void load_modules();
  void load_mpm();
  // Judges the options of every route; the result is what the server would route by.
  std::vector<route::Site> compile_routes();

  const config::Config& config() const { return config_; }
  const config::Snapshot& snapshot() const { return snapshot_; }
  const module::Registry& registry() const { return registry_; }
  Description describe() const;

  Diagnostics findings;

 private:
  Log log_;
  module::Services services_;
  config::Snapshot snapshot_;
  config::Config config_;
  bool parsed_ = false;
  const tenon_mpm* mpm_ = nullptr;
  module::Registry registry_;
  module::Instances instances_;
};

}  // namespace tenon::server
