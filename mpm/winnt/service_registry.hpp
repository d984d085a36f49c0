// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// What we keep in the registry besides what the service manager does, under
// HKLM\SYSTEM\CurrentControlSet\Services\NAME\Parameters: "Arguments" (REG_MULTI_SZ) is read by the
// kernel (kernel/server/platform_win32.cpp), "Instance" tells which configuration they name.
struct ServiceParameters {
  std::vector<std::wstring> arguments;
  std::wstring instance;
};
Result<Done> write_parameters(const std::wstring& service, const ServiceParameters& parameters);
// None: the service is not one of ours, or there is none.
std::optional<std::wstring> read_instance(const std::wstring& service);

// Lets the Event Viewer find the texts of our events, which are in `message_file`.
Result<Done> register_event_source(const std::wstring& source, const std::wstring& message_file);
void unregister_event_source(const std::wstring& source);

}  // namespace tenon::mpm
