// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>

#include <sys/types.h>

#include "event/posix.hpp"
#include "event/privileges.hpp"

namespace tenon::mpm {

struct ChildProcess {
  UniqueFd process;   // a pidfd: readable once the child has ended
  UniqueFd to_child;  // our ends: a socket, which descriptors go through too, and a pipe
  UniqueFd from_child;
  pid_t id = 0;
};

struct ChildCommand {
  std::string executable;
  std::string mpm_file;
  Identity identity;
};

// Starts `EXECUTABLE child MPM_FILE IN OUT` in a process group of its own, so that Ctrl-C reaches
// the control process alone. It inherits its ends of the pipes, the `inherited` descriptors under
// their own numbers, stdout and stderr, and nothing else.
Result<ChildProcess> start_child_process(
    const ChildCommand& command, std::span<const int> inherited
);

// Waits for the end, and gives what waitpid() says of it. Once per child.
int reap(const ChildProcess& child);
// "exit code 1", "signal 11 (Segmentation fault)".
std::string describe_status(int wait_status);
std::string describe_signal(int number);

// Memory that two processes share; unmapped at the end.
class Mapping {
 public:
  Mapping() = default;
  ~Mapping();
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  static Result<Mapping> map(int section, std::size_t bytes);

  void* get() const { return memory_; }

 private:
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
};

// A section of that many zero bytes, not inherited.
Result<UniqueFd> make_section(std::size_t bytes);

}  // namespace tenon::mpm
