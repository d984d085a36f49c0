// SPDX-License-Identifier: Apache-2.0
#include "server/service.hpp"

#include <utility>

#include <tenon/mpm.h>

#include "server/platform.hpp"

namespace tenon::server {
namespace {

constexpr const char* kDefaultService = "Tenon";

// Commands that always mean a service. A start without -n means whatever serves the configuration.
bool needs_service(const CommandLine& line) {
  return line.verb == Verb::Command && (line.by_service || (line.command >= TENON_CMD_INSTALL));
}

bool reads_arguments(const CommandLine& line) {
  if (line.verb == Verb::Help || line.verb == Verb::Version) return false;
  return line.verb != Verb::Command ||
         (line.command != TENON_CMD_INSTALL && line.command != TENON_CMD_UNINSTALL);
}

}  // namespace

Services system_services() {
  return {.arguments = &service_arguments, .data_root = service_data_root()};
}

Result<CommandLine, std::string> as_service(CommandLine line, const Services& services) {
  if (line.service.empty() && needs_service(line)) line.service = kDefaultService;
  if (line.service.empty()) return line;
  if (reads_arguments(line)) {
    const auto arguments = services.arguments(line.service);
    // Who started a service that is not there will be told by the service manager.
    if (!arguments && line.command != TENON_CMD_RUN_SERVICE) return fail(arguments.error());
    const auto kept = parse_command_line(arguments ? *arguments : std::vector<std::string>());
    if (!kept) return fail("the service's arguments are wrong: " + kept.error());
    if (line.config_file.empty()) line.config_file = kept->config_file;
    if (line.data_root.empty()) line.data_root = kept->data_root;
  }
  if (line.data_root.empty()) line.data_root = services.data_root;
  return line;
}

}  // namespace tenon::server
