// SPDX-License-Identifier: Apache-2.0
// What the shared object exports: the twin of mpm_winnt on Linux. mpm/event/README.md is the way
// in.
#include <tenon/mpm.h>

#include "event/child.hpp"
#include "event/command.hpp"
#include "event/control.hpp"
#include "event/options.hpp"

namespace {

std::int32_t TENON_CALL run_control(const tenon_control_host* host) {
  return tenon::mpm::control_main(*host);
}

std::int32_t TENON_CALL run_child(const tenon_child_host* host, const char* in, const char* out) {
  return tenon::mpm::child_main(*host, in, out);
}

std::int32_t TENON_CALL run_command(const tenon_control_host* host, const tenon_command* command) {
  return tenon::mpm::carry_out(*host, *command);
}

tenon_mpm describe() {
  tenon_mpm mpm{};
  mpm.struct_size = sizeof mpm;
  mpm.magic = TENON_MPM_MAGIC;
  mpm.abi_major = TENON_ABI_MAJOR;
  mpm.abi_minor = TENON_ABI_MINOR;
  mpm.name = "event";
  mpm.version = TENON_VERSION;
  mpm.summary = "One control process and one child, whose epoll threads serve Linux.";
  mpm.built_with = "g++ " __VERSION__;
  mpm.options = tenon::mpm::event_options().data();
  mpm.n_options = tenon::mpm::event_options().size();
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
