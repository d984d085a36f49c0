// SPDX-License-Identifier: Apache-2.0
#include "config/config.hpp"
#include "config/paths.hpp"

namespace tenon::config {

const PathRules kPathRules = PathRules::Posix;
const std::string_view kModuleSuffix = ".so";

std::string_view default_mpm() {
  return "event";
}

}  // namespace tenon::config
