// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The cases of this folder's Markdown files; README.md says how they are written.
namespace tenon::http1 {

// One answer as a case wants it.
struct Expected {
  int status = 0;
  bool to_head = false;  // it has no content, whatever its fields say
  std::vector<std::pair<std::string, std::optional<std::string>>> fields;  // no value: any
  std::vector<std::string> absent;
  std::optional<std::string> body;
};

// Bytes that the client sends, and what it gets for them.
struct Step {
  std::string bytes;
  bool finish = false;   // the client ends its side behind the bytes
  uint64_t wait_ms = 0;  // the answers come only after that time
  std::vector<Expected> answers;
  bool closes = false;  // the server closes the connection, gracefully
};

enum class Scope {
  Own,       // what Tenon does
  Required,  // what RFC 9110 or 9112 wants of every origin server
  Strict     // where they let a server be lenient, and others read something else
};

struct Case {
  std::string file;  // "host.md"
  size_t line = 0;   // of its heading
  std::string name;
  Scope scope = Scope::Own;
  std::vector<Step> steps;

  std::string place() const { return file + ":" + std::to_string(line); }
};

struct Fault {
  size_t line = 0;
  std::string message;
};

struct File {
  std::string name;
  std::string config;  // TOML that the server runs with
  std::vector<Case> cases;
  std::vector<Fault> faults;  // of the file itself; it is then not to be used
};

File parse_file(std::string name, std::string_view text);

// All files of the folder in the order of their names. README.md is none.
std::vector<File> read_folder(const std::string& folder);

}  // namespace tenon::http1
