// SPDX-License-Identifier: Apache-2.0
#include "support/environment.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <tenon/cpp/assert.hpp>

#include <gtest/gtest.h>

namespace tenon::support {

namespace {

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string folder(const char* name, const std::string& otherwise) {
  return std::filesystem::absolute(variable(name, otherwise)).lexically_normal().string();
}

}  // namespace

Target target() {
  static const bool windows = variable("TENON_TEST_TARGET", "linux") == "windows";
  return windows ? Target::Windows : Target::Linux;
}

bool without_accept_ex() {
  static const bool without = variable("TENON_TEST_ACCEPT", "") == "accept";
  return without && on_windows();
}

const std::string& source_root() {
  static const std::string root = folder("TENON_SOURCE", ".");
  return root;
}

bool sanitized() {
  return stage().find("/build/linux-") !=
         std::string::npos;  // the presets linux-asan and linux-tsan
}

const std::string& stage() {
  static const std::string root = folder(
      "TENON_STAGE", source_root() + (on_windows() ? "/build/windows" : "/build/linux") + "/stage"
  );
  return root;
}

const std::string& stage_faults() {
  static const std::string root = folder("TENON_STAGE_FAULTS", stage() + "-faults");
  return root;
}

std::string test_module(std::string_view name) {
  static const std::string modules =
      folder("TENON_FAULTY", std::filesystem::path(stage()).parent_path() / "tests/faulty");
  return modules + "/mod_" + std::string(name) + (on_windows() ? ".dll" : ".so");
}

std::string example_module(std::string_view name) {
  static const std::string modules =
      folder("TENON_EXAMPLES", std::filesystem::path(stage()).parent_path() / "sdk/examples");
  return modules + "/mod_" + std::string(name) + (on_windows() ? ".dll" : ".so");
}

std::string wine_template() {
  const std::string home = variable("HOME", "/root");
  const std::string cache = variable("XDG_CACHE_HOME", home + "/.cache");
  return variable("TENON_WINE_TEMPLATE", cache + "/tenon/wine-template");
}

std::string program(const std::string& installed) {
  return installed + (on_windows() ? "/bin/tenon.exe" : "/bin/tenon");
}

std::string_view mpm_name() {
  return on_windows() ? "winnt" : "event";
}

std::string target_path(std::string_view path) {
  TENON_ASSERT(path.starts_with('/'));
  return (on_windows() ? "Z:" : "") + std::string(path);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << "cannot read " << path;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

void write_file(const std::string& path, std::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  EXPECT_TRUE(file) << "cannot write " << path;
}

void replace_file(const std::string& path, std::string_view bytes) {
  const std::string fresh = path + ".new";
  write_file(fresh, bytes);
  std::filesystem::rename(fresh, path);
}

}  // namespace tenon::support
