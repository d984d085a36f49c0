// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

namespace tenon::server {

enum class Verb { Run, Check, Modules, Version, BuildInfo, Help, Child };

struct CommandLine {
  Verb verb = Verb::Run;
  std::string config_file;         // -f; "": the default
  std::string data_root;           // -d; "": the default
  std::vector<std::string> child;  // of the hidden verb: MPM_FILE IN OUT
};

// `arguments` without the program's name, UTF-8. The error is one sentence.
Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments);

// What --help prints.
std::string help_text();

}  // namespace tenon::server
