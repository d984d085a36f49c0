// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>

#include <tenon/cpp/result.hpp>

namespace tenon::config {

struct ReadFailure {
  bool missing = false;
  std::string why;  // "no such file", "this is a folder, not a file"
};

// All of a regular file of at most `bytes_max`.
Result<std::string, ReadFailure> read_whole_file(
    const std::filesystem::path& path, size_t bytes_max
);

}  // namespace tenon::config
