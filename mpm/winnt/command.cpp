// SPDX-License-Identifier: Apache-2.0
#include "winnt/command.hpp"

#include <string_view>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {

std::int32_t carry_out(const tenon_control_host& host, const tenon_command&) {
  constexpr std::string_view kText = "no commands yet";
  host.report(host.context, TENON_LOG_ERROR, {}, str(kText));
  return 1;
}

}  // namespace tenon::mpm
