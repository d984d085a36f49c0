// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

// The system's processes, read from /proc.
namespace tenon::support {

struct ProcessEntry {
  pid_t pid = 0;
  std::string command;  // arguments with a space behind each
};

// Those whose environment holds exactly this entry ("NAME=value"); zombies have none.
std::vector<ProcessEntry> processes_with(std::string_view environment_entry);
// 0: there is no such process.
pid_t parent_of(pid_t pid);
// Neither gone nor a zombie.
bool is_alive(pid_t pid);

}  // namespace tenon::support
