// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "kernel/base/paths.hpp"
#include "kernel/config/config.hpp"

namespace tenon::module {

// Where tests/faulty builds its modules.
inline std::string faulty_folder() {
  // Absolute with a drive letter, also for the Windows build on a Linux folder.
  return to_utf8(std::filesystem::absolute(TENON_FAULTY_DIR));
}

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
