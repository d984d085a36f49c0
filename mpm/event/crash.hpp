// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>

#include <tenon/section.h>

#include <sys/types.h>

#include "event/posix.hpp"

namespace tenon::mpm {

// In the child: writes into the section where a signal that ends the process came from, and then
// lets the system end it as it would have, so that core dumps show the same. One per process, since
// the system gives its handlers no context.
class CrashReporter {
 public:
  explicit CrashReporter(tenon_section& section);
  ~CrashReporter();
  CrashReporter(const CrashReporter&) = delete;
  CrashReporter& operator=(const CrashReporter&) = delete;

 private:
  static void on_signal(int number, siginfo_t* info, void* context);
  void write(int number, void* context);

  tenon_section& section_;
  const UniqueFd maps_;  // opened in time: a process that crashes may be out of descriptors
  const AlternateStack stack_;
};

// In the control process. "signal 11 (Segmentation fault) at mod_x.so+0x1a2b, thread 1234"; "" when
// the child wrote none.
std::string describe_crash(const tenon_section& section);

// Where the system puts core dumps.
struct CoreRules {
  std::string pattern;            // of /proc/sys/kernel/core_pattern; "": not known
  std::uint64_t limit_bytes = 0;  // RLIMIT_CORE, which children inherit
};
CoreRules core_rules();
// "core dump: core.%e, in the folder that the server was started in", or why there is none.
// `dumped` is what waitpid() says.
std::string describe_core(const CoreRules& rules, pid_t process, bool dumped);

}  // namespace tenon::mpm
