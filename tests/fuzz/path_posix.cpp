// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "tests/fuzz/path.hpp"

namespace tenon::fuzz {

bool stays_where_it_is(std::string_view name) {
  const std::filesystem::path path = std::filesystem::path("/served/folder") / name;
  return path.lexically_normal() == path;
}

}  // namespace tenon::fuzz
