// SPDX-License-Identifier: Apache-2.0
#include "event/options.hpp"

#include <array>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

constexpr std::array<tenon_option, 2> kOwnOptions = {{
    {sizeof(tenon_option),
     TENON_T_STRING,
     0,
     TENON_IN_SERVER,
     "user",
     "As whom the child runs if the control process is root, which opens addresses, logs and "
     "module "
     "files for it; \"\": as the control process itself.",
     "\"\"",
     nullptr,
     1,
     0,
     "User"},
    {sizeof(tenon_option),
     TENON_T_STRING,
     0,
     TENON_IN_SERVER,
     "group",
     "The child's group; \"\": the one of `user`, whose further groups it has in any case.",
     "\"\"",
     nullptr,
     1,
     0,
     "Group"},
}};

}  // namespace

std::span<const tenon_option> event_options() {
  static const auto all = with_common_options(kOwnOptions);
  return all;
}

Result<EventSettings> read_event_settings(const tenon_cfg_api& api, const tenon_cfg* cfg) {
  Result<Settings> common = read_settings(api, cfg);
  if (!common) return fail(common.error());
  tenon_str user{};
  tenon_str group{};
  if (api.str(cfg, kUser, &user) != TENON_OK || api.str(cfg, kGroup, &group) != TENON_OK) {
    return fail(Error{{}, "the options of [mpm.event] cannot be read"});
  }
  return EventSettings{*common, std::string(view(user)), std::string(view(group))};
}

}  // namespace tenon::mpm
