// SPDX-License-Identifier: Apache-2.0
#include "module/mpm.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/paths.hpp"
#include "module/descriptor.hpp"
#include "module/platform.hpp"

namespace tenon::module {

std::string mpm_file(const std::string& program_root, const std::string& name) {
  return program_root + "/bin/mpm_" + name + native_image().suffix;
}

std::vector<std::string> installed_mpms(const std::string& program_root) {
  constexpr std::string_view kPrefix = "mpm_";
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(to_path(program_root + "/bin"), error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string stem = to_utf8(entries->path().stem());
    const bool library = entries->path().extension() == native_image().suffix;
    if (library && stem.starts_with(kPrefix)) names.push_back(stem.substr(kPrefix.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<const tenon_mpm*, Refusal> load_mpm(const std::string& file, const std::string& name) {
  const Result<EntryPoint, Refusal> entry = load_entry(file, TENON_MPM_ENTRY_NAME);
  if (!entry) return fail(entry.error());
  const Hello hello;
  const tenon_mpm* mpm = reinterpret_cast<tenon_mpm_entry_fn>(*entry)(&hello.table());
  if (mpm == nullptr) return fail(hello.refusal(TENON_MPM_ENTRY_NAME));
  const std::vector<Refusal> findings = check_mpm(*mpm);
  if (!findings.empty()) return fail(findings.front());
  if (!name.empty() && name != mpm->name) {
    return fail(Refusal(
        std::string("it calls itself \"") + mpm->name + "\", but server.mpm asks for \"" + name +
        "\"; rename the file or change server.mpm"
    ));
  }
  return mpm;
}

}  // namespace tenon::module
