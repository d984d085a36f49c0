// SPDX-License-Identifier: Apache-2.0
#include "server/build_info.hpp"

#include <tenon/module.h>
#include <tenon/mpm.h>

#include "server/platform.hpp"

namespace tenon::server {
namespace {

std::string compiler() {
#if defined(__clang__)
  return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#elif defined(_MSC_VER)
  return "Visual C++ " + std::to_string(_MSC_VER);
#else
  return "an unknown compiler";
#endif
}

std::string line(const std::string& name, const std::string& value) {
  constexpr size_t kNameWidth = 15;
  return "  " + name + std::string(kNameWidth - name.size(), ' ') + value + "\n";
}

}  // namespace

std::string version_line() {
  return "Tenon " TENON_VERSION "\n";
}

std::string build_info(const Program& program) {
  const std::string abi = std::to_string(TENON_ABI_MAJOR) + "." + std::to_string(TENON_ABI_MINOR);
  const std::string config =
      program.config_path.empty() ? program.roots.data + "/config/tenon.toml" : program.config_path;
  return version_line() + line("system", std::string(system_name()) + ", 64-bit") +
         line("built with", compiler()) +
         line("module ABI", abi + ", entry " TENON_MODULE_ENTRY_NAME) +
         line("MPM ABI", abi + ", entry " TENON_MPM_ENTRY_NAME) +
         line("default MPM", std::string(config::default_mpm())) +
         line("program", program.executable) + line("program root", program.roots.program) +
         line("data root", program.roots.data) + line("configuration", config);
}

}  // namespace tenon::server
