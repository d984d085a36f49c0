// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include <tenon/cpp/text.hpp>
#include <tenon/mpm.h>

#include "winnt/win32.hpp"

namespace tenon::mpm {

constexpr std::string_view kDefaultService = "Tenon";

inline std::wstring service_name(const tenon_command& command) {
  const std::string_view name = view(command.service);
  return widen(name.empty() ? kDefaultService : name);
}

// Why no service can have this name; "": it can.
std::string_view fault_of_service_name(std::wstring_view name);

// "exe" -k runservice -n "NAME"
std::wstring service_command_line(std::wstring_view executable, std::wstring_view name);

// As whom the service runs: `configured` is the option service_account.
std::wstring service_account(std::string_view configured, std::wstring_view name);
// The service's own identity, which it has whatever account it runs as.
std::wstring service_identity(std::wstring_view name);

}  // namespace tenon::mpm
