// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

namespace tenon::server {

enum class Verb { Run, Check, Explain, Modules, Schema, Version, BuildInfo, Help, Child, Command };

// What `explain` is asked.
struct Question {
  std::string url;  // "http://example.com/a?b" or "/a?b"
  std::string method = "GET";
  std::string host;  // instead of the URL's
};

struct CommandLine {
  Verb verb = Verb::Run;
  std::string config_file;         // -f; "": the default
  std::string data_root;           // -d; "": the default
  std::vector<std::string> child;  // of the hidden verb: MPM_FILE IN OUT
  Question question;               // of the verb explain
  bool docs = false;               // of the verb modules
  uint32_t command = 0;            // TENON_CMD_..., of Verb::Command
  std::string service;             // -n; "": the default name
  bool json = false;               // of explain and status
  bool by_service = false;         // the verb service: meant for a service even without -n
};

// `arguments` without the program's name, UTF-8. The error is one sentence.
Result<CommandLine, std::string> parse_command_line(const std::vector<std::string>& arguments);

// What --help prints.
std::string help_text();

}  // namespace tenon::server
