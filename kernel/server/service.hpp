// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

#include "server/command_line.hpp"

namespace tenon::server {

// What the system keeps of Windows services; platform.hpp has the real ones.
struct Services {
  std::function<Result<std::vector<std::string>, std::string>(const std::string&)> arguments;
  std::string data_root;  // of a service that was given none
};
Services system_services();

// A command that names a service means what that service was installed with; what the command line
// says itself wins. The error is one sentence.
Result<CommandLine, std::string> as_service(CommandLine line, const Services& services);

}  // namespace tenon::server
