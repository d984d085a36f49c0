// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// Inheritable duplicates of the handles that one child is to have. They exist only while it is
// started; the child has them under the same numbers.
class InheritedHandles {
 public:
  // The number of the handle in the child.
  Result<std::uint64_t> add(HANDLE handle);
  std::vector<HANDLE> list() const;

 private:
  std::vector<UniqueHandle> duplicates_;
};

struct ChildProcess {
  UniqueHandle process;
  UniqueHandle job;       // accounting; closing it does not end the child
  UniqueHandle to_child;  // our ends of the two pipes
  UniqueHandle from_child;
  DWORD id = 0;
};

struct ChildCommand {
  std::string_view executable;
  std::string_view mpm_file;
  std::uint64_t memory_limit = 0;  // bytes of the child and what it starts; 0: none
};

// Starts `"EXECUTABLE" child "MPM_FILE" IN OUT`, detached, so that Ctrl-C reaches the control
// process alone. It inherits its ends of the pipes and what `inherited` holds, and nothing else.
Result<ChildProcess> start_child_process(const ChildCommand& command, InheritedHandles inherited);

// A section of that many zero bytes, not inheritable.
Result<UniqueHandle> make_section(std::size_t bytes);
Result<UniqueMapping> map_section(HANDLE section, std::size_t bytes);

// "0xC0000005 (access violation)", "1".
std::string describe_exit_code(DWORD code);

}  // namespace tenon::mpm
