// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "config/config.hpp"
#include "server/command_line.hpp"

namespace tenon::server {

// Where this process runs and what it was told: the same for every command.
struct Program {
  std::string executable;   // absolute
  std::string config_path;  // absolute, or "" for the default
  config::Roots roots;
};

// `executable` is bin/tenon below the program root; relative paths of the command line hang on the
// current folder, as in every program.
Program make_program(const std::string& executable, const CommandLine& line);

}  // namespace tenon::server
