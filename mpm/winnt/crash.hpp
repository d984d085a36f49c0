// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/section.h>

#include "common/messages.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// In the child: writes into the section where an exception that nobody handles happened, gives the
// control process a moment to look at the process, and ends it with the exception's code. One per
// process, since the system gives its filter no context.
class CrashReporter {
 public:
  // `message` names the section's events; they are closed with this object.
  CrashReporter(tenon_section& section, const SectionMessage& message);
  ~CrashReporter();
  CrashReporter(const CrashReporter&) = delete;
  CrashReporter& operator=(const CrashReporter&) = delete;

 private:
  static LONG WINAPI on_exception(EXCEPTION_POINTERS* exception);
  void write(const EXCEPTION_POINTERS& exception);

  tenon_section& section_;
  const UniqueHandle crashed_;
  const UniqueHandle seen_;
};

// In the control process. "exception 0xC0000005 (access violation) at mod_x.dll+0x1a2b, thread
// 1234";
// "" when the child wrote none.
std::string describe_crash(const tenon_section& section);

// Writes a minidump of a process that stands in on_exception(). The file's folder is made.
Result<Done> write_minidump(
    HANDLE process, DWORD process_id, const tenon_crash& crash, const std::string& file
);
// Removes the oldest minidumps in the folder, so that this many are left.
void keep_minidumps(const std::string& folder, std::size_t most);

}  // namespace tenon::mpm
