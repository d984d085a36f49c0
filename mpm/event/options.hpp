// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include <tenon/cpp/result.hpp>
#include <tenon/mpm.h>

#include "common/settings.hpp"

namespace tenon::mpm {

// The options of [mpm.event]: the common ones, then our own.
enum EventOption : std::uint32_t {
  kUser = kCommonOptionCount,
  kGroup,
};

std::span<const tenon_option> event_options();

struct EventSettings {
  Settings common;
  std::string user;  // "": the control process' own
  std::string group;
};

Result<EventSettings> read_event_settings(const tenon_cfg_api& api, const tenon_cfg* cfg);

}  // namespace tenon::mpm
