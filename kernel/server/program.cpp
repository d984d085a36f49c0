// SPDX-License-Identifier: Apache-2.0
#include "server/program.hpp"

#include <filesystem>
#include <system_error>

#include "base/paths.hpp"

namespace tenon::server {
namespace {

std::string absolute(const std::string& path) {
  std::error_code error;
  std::filesystem::path full = std::filesystem::absolute(to_path(path), error);
  if (error) return path;
  full = full.lexically_normal();
  if (!full.has_filename() && full.has_relative_path()) full = full.parent_path();  // "data/"
  return to_utf8(full);
}

}  // namespace

Program make_program(const std::string& executable, const CommandLine& line) {
  Program program;
  program.executable = executable;
  program.roots.program = to_utf8(to_path(executable).parent_path().parent_path());
  program.roots.data = line.data_root.empty() ? program.roots.program : absolute(line.data_root);
  if (!line.config_file.empty()) program.config_path = absolute(line.config_file);
  return program;
}

}  // namespace tenon::server
