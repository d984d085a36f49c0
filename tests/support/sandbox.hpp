// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "support/process_table.hpp"

namespace tenon::support {

// A data root of one test's own: config/, htdocs/ (a copy of what ships) and logs/. Servers that
// run in it carry its mark in their environment, so that all of their processes can be found.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::string& folder() const { return folder_; }
  std::string path(std::string_view relative) const;  // absolute
  void write_config(std::string_view toml) const;     // config/tenon.toml
  void write(std::string_view relative, std::string_view bytes) const;

  // "TENON_TEST_SANDBOX=..."; the name and the value apart are for Command::env.
  static constexpr const char* kMark = "TENON_TEST_SANDBOX";
  std::vector<ProcessEntry> processes() const;

 private:
  std::string folder_;
};

// The configuration that most tests run, written out as TOML.
struct TestConfig {
  std::string listen = "\"127.0.0.1:0\"";  // items of the array
  std::vector<std::string> modules = {"static", "status", "hello", "hello_c"};
  std::string server;  // further lines of [server]
  // Lines of [mpm.NAME]: few threads, because each costs time under Wine.
  std::string mpm =
      "io_threads = 2\nthreads_per_child = 4\n"
      "graceful_timeout = \"2s\"\nstop_timeout = \"1s\"\n";
  std::string routes;  // [[site.route]] tables before the one for htdocs
  bool htdocs = true;  // that one
  std::string more;    // any tables, at the end

  std::string text() const;
  // A route's table: `/PATH` handled by `handler`.
  TestConfig& route(std::string_view path, std::string_view handler, std::string_view lines = "");
};

}  // namespace tenon::support
