// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/section.h>

#include "common/supervisor.hpp"

namespace tenon::mpm {

// What `tenon status` shows: read by the control process from the sections that it shares with its
// children, so that it answers also when a child hangs.
struct ServerStatus {
  struct Child {
    Supervisor::Role role = Supervisor::Role::Serving;
    const tenon_section* section = nullptr;
  };
  std::string instance;
  std::uint64_t control_pid = 0;
  std::uint64_t started_unix_ns = 0;
  std::uint64_t now_ns = 0;         // of the monotonic clock
  std::uint64_t restart_at_ns = 0;  // of a crash loop; 0: none
  std::uint32_t crashes = 0;
  bool stopping = false;
  std::vector<Child> children;
};

std::string status_text(const ServerStatus& status);
std::string status_json(const ServerStatus& status);

}  // namespace tenon::mpm
