// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox.hpp"

#include <filesystem>

#include <tenon/cpp/assert.hpp>

#include "support/environment.hpp"

namespace tenon::support {

namespace fs = std::filesystem;

Sandbox::Sandbox() : folder_(fs::temp_directory_path() / "tenon-test-XXXXXX") {
  TENON_ASSERT(::mkdtemp(folder_.data()) != nullptr);
  fs::create_directories(path("config"));
  fs::create_directories(path("logs"));
  fs::copy(source_root() + "/dist/htdocs", path("htdocs"), fs::copy_options::recursive);
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Sandbox::path(std::string_view relative) const {
  return folder_ + "/" + std::string(relative);
}

void Sandbox::write_config(std::string_view toml) const {
  write("config/tenon.toml", toml);
}

void Sandbox::write(std::string_view relative, std::string_view bytes) const {
  write_file(path(relative), bytes);
}

std::vector<ProcessEntry> Sandbox::processes() const {
  return processes_with(std::string(kMark) + "=" + folder_);
}

std::string TestConfig::text() const {
  std::string text = "[server]\nlisten = [" + listen + "]\nmodules = [";
  for (const std::string& module : modules)
    text += "\"" + module + "\", ";
  text += "]\n" + server;
  text += "\n[mpm." + std::string(mpm_name()) + "]\n" + mpm;
  const bool says_how = mpm.find("accept_filter") != std::string::npos;
  if (without_accept_ex() && !says_how) text += "accept_filter = \"none\"\n";
  text += "\n[[site]]\n" + routes;
  if (htdocs) {
    text += "\n[[site.route]]\npath = \"/*\"\nhandler = \"static\"\nstatic.root = \"htdocs\"\n";
  }
  return text + "\n" + more;
}

TestConfig& TestConfig::route(
    std::string_view path, std::string_view handler, std::string_view lines
) {
  routes += "[[site.route]]\npath = \"" + std::string(path) + "\"\nhandler = \"" +
            std::string(handler) + "\"\n" + std::string(lines) + "\n";
  return *this;
}

}  // namespace tenon::support
