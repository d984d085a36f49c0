// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "config/config.hpp"
#include "config/paths.hpp"

namespace tenon::config {

const PathRules kPathRules = PathRules::Posix;
const std::string_view kModuleSuffix = ".so";

std::string_view default_mpm() {
  return "event";
}

std::optional<std::string> environment_variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value != nullptr ? std::make_optional<std::string>(value) : std::nullopt;
}

}  // namespace tenon::config
