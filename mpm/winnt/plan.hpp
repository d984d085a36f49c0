// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tenon/mpm.h>

#include "common/supervisor.hpp"
#include "winnt/listener.hpp"
#include "winnt/options.hpp"

namespace tenon::mpm {

// One listener of a plan. The socket is shared with the plans before and after that have the same
// address, and closes with the last of them.
struct PlannedListener {
  std::string name;
  std::string address;  // as written
  std::string bound;    // "127.0.0.1:40123"
  std::string place;
  std::uint16_t family = 4;
  std::uint16_t port = 0;  // as written
  std::uint8_t ip[16] = {};
  std::shared_ptr<Listener> open;

  tenon_listener view() const;
};

// What children of mpm_winnt are made from.
struct WinntPlan : Plan {
  WinntSettings winnt;
  std::string snapshot;  // grows by the files that a child wants
  std::vector<PlannedListener> listeners;
};

// Takes over what `config` says, with the sockets that `current` (may be null) has open already,
// and opens the others. Reports what is wrong, with its place.
Result<std::shared_ptr<WinntPlan>, Outcome> make_plan(
    const tenon_control_host& host, const tenon_mpm_config& config, const WinntPlan* current
);

}  // namespace tenon::mpm
