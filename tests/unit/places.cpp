// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/places.hpp"

#include <filesystem>

#include "kernel/base/paths.hpp"

namespace tenon {

std::string source_folder() {
  return TENON_SOURCE;
}

std::string faulty_folder() {
  // Absolute with a drive letter, also for the Windows build on a Linux folder.
  return to_utf8(std::filesystem::absolute(TENON_FAULTY_DIR));
}

}  // namespace tenon
