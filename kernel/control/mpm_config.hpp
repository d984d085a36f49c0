// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tenon/mpm.h>

#include "base/diagnostics.hpp"
#include "config/config.hpp"

namespace tenon::control {

// A configuration as its MPM sees it, and everything that the views point to.
class MpmConfig {
 public:
  // Checks [mpm.NAME] against the MPM's options; findings go to `diagnostics`. `snapshot` is what
  // the configuration was parsed from, encoded.
  MpmConfig(
      config::Config config, const tenon_mpm& mpm, std::string snapshot, Diagnostics& diagnostics
  );
  MpmConfig(const MpmConfig&) = delete;
  MpmConfig& operator=(const MpmConfig&) = delete;

  const config::Config& config() const { return config_; }
  const tenon_mpm_config& table() const { return table_; }
  // What the MPM itself found wrong in its options since the last call.
  Diagnostics take_late() { return std::exchange(late_, {}); }

 private:
  void fill_listeners();

  const config::Config config_;
  const config::OptionTable options_;
  const std::string snapshot_;
  std::vector<std::string> places_;
  std::vector<tenon_listener> listeners_;
  std::unique_ptr<tenon_cfg> cfg_;
  Diagnostics late_;
  tenon_mpm_config table_{};
};

}  // namespace tenon::control
