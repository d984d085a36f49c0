// SPDX-License-Identifier: Apache-2.0
#include "module/mpm.hpp"

#include "module/descriptor.hpp"
#include "module/platform.hpp"

namespace tenon::module {

std::string mpm_file(const std::string& program_root, const std::string& name) {
  return program_root + "/bin/mpm_" + name + native_image().suffix;
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
