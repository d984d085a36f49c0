// SPDX-License-Identifier: Apache-2.0
#include "config/config.hpp"
#include "config/paths.hpp"

namespace tenon::config {

const PathRules kPathRules = PathRules::Windows;
const std::string_view kModuleSuffix = ".dll";

std::string_view default_mpm() {
  return "winnt";
}

}  // namespace tenon::config
