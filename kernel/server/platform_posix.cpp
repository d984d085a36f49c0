// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>
#include <system_error>

#include "base/paths.hpp"
#include "server/platform.hpp"

namespace tenon::server {

std::string executable_path() {
  std::error_code ignored;
  return to_utf8(std::filesystem::read_symlink("/proc/self/exe", ignored));
}

std::string argument_text(const char* argument) {
  return argument;
}

void prepare_process() noexcept {
  // Whoever reads our stderr may go away; the write then fails, and that is all.
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::vector<std::string>, std::string> service_arguments(const std::string&) {
  return fail(std::string("-n names a Windows service, and there are none here"));
}

std::string service_data_root() {
  return {};
}

const char* system_name() {
  return "Linux";
}

}  // namespace tenon::server
