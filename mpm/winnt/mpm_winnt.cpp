// SPDX-License-Identifier: Apache-2.0
// What the DLL exports: httpd's winnt MPM, grown up. mpm/winnt/README.md is the way in.
#include <string>

#include <tenon/cpp/text.hpp>
#include <tenon/mpm.h>

#include "common/faults.hpp"
#include "winnt/child.hpp"
#include "winnt/command.hpp"
#include "winnt/control.hpp"
#include "winnt/options.hpp"

namespace {

std::int32_t TENON_CALL run_control(const tenon_control_host* host) {
  const std::string mistake = tenon::mpm::faults_mistake();
  if (mistake.empty()) return tenon::mpm::control_main(*host);
  host->report(host->context, TENON_LOG_ERROR, tenon_str{}, tenon::str(mistake));
  return 2;
}

std::int32_t TENON_CALL run_child(const tenon_child_host* host, const char* in, const char* out) {
  return tenon::mpm::child_main(*host, in, out);
}

std::int32_t TENON_CALL run_command(const tenon_control_host* host, const tenon_command* command) {
  return tenon::mpm::carry_out(*host, *command);
}

#if defined(__VERSION__)
constexpr const char* kCompiler = "g++ " __VERSION__;
#else
constexpr const char* kCompiler = "Visual C++";
#endif

tenon_mpm describe() {
  tenon_mpm mpm{};
  mpm.struct_size = sizeof mpm;
  mpm.magic = TENON_MPM_MAGIC;
  mpm.abi_major = TENON_ABI_MAJOR;
  mpm.abi_minor = TENON_ABI_MINOR;
  mpm.name = "winnt";
  mpm.version = TENON_VERSION;
  mpm.summary = "One control process and one child, whose completion-port threads serve Windows.";
  mpm.built_with = kCompiler;
  mpm.options = tenon::mpm::winnt_options().data();
  mpm.n_options = tenon::mpm::winnt_options().size();
  mpm.control_main = run_control;
  mpm.child_main = run_child;
  mpm.command = run_command;
  return mpm;
}

}  // namespace

extern "C" TENON_EXPORT const tenon_mpm* TENON_CALL tenon_mpm_v0(const tenon_hello* hello) {
  static const tenon_mpm mpm = describe();
  if (hello->abi_major == TENON_ABI_MAJOR && hello->abi_minor == TENON_ABI_MINOR) return &mpm;
  hello->refuse(hello->context, "it was built for another version of Tenon's MPM interface");
  return nullptr;
}
