// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "kernel/config/config.hpp"
#include "tests/unit/places.hpp"

namespace tenon::module {

inline std::string faulty_file(const std::string& fault) {
  return faulty_folder() + "/mod_" + fault + TENON_MODULE_SUFFIX;
}

// As modules = ["FAULT"] in line 3 of a configuration.
inline config::ModuleRef faulty_ref(const std::string& fault) {
  return {
      .text = fault,
      .file = faulty_file(fault),
      .by_name = true,
      .place = {.file = "tenon.toml", .line = 3, .column = 12}};
}

}  // namespace tenon::module
