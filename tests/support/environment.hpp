// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

// What the integration tests drive: set by TENON_TEST_TARGET, TENON_STAGE and TENON_SOURCE.
namespace tenon::support {

enum class Target { Linux, Windows };

Target target();
inline bool on_windows() {
  return target() == Target::Windows;
}

// Whether servers accept with accept() alone: TENON_TEST_ACCEPT=accept, on Windows.
bool without_accept_ex();

// Whether the server is built with a sanitizer, which reports what some tests do on purpose.
bool sanitized();

// Absolute paths as this (Linux) process sees them.
const std::string& stage();                      // the installed layout: bin/ modules/ ...
const std::string& source_root();                // the repository
const std::string& stage_faults();               // the same with an MPM that fails on demand
std::string test_module(std::string_view name);  // mod_NAME of tests/faulty, built for the target
std::string example_module(std::string_view name);  // the same of sdk/examples
std::string wine_template();                        // the prefix that test prefixes are cloned from

// The program file of an installation.
std::string program(const std::string& installed = stage());
// "winnt" or "event": the MPM that serves on the target.
std::string_view mpm_name();
// The same file as the server sees it: "Z:/folder/x" for "/folder/x" on Windows.
std::string target_path(std::string_view path);

// The whole file, or "" (with a test failure) when it can't be read.
std::string read_file(const std::string& path);
// Writes or replaces the file; its folder is made when it is missing.
void write_file(const std::string& path, std::string_view bytes);
// Writes a file beside it and renames that over it, as deployments do.
void replace_file(const std::string& path, std::string_view bytes);

}  // namespace tenon::support
