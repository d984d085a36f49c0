// SPDX-License-Identifier: Apache-2.0
#include "support/process_table.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenon::support {

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size()) pids.push_back(pid);
  }
  return pids;
}

bool holds_entry(std::string environment, std::string_view entry) {
  environment.insert(environment.begin(), '\0');
  std::string wanted(1, '\0');
  wanted += entry;
  wanted += '\0';
  return environment.find(wanted) != std::string::npos;
}

// The fields of /proc/PID/stat behind the program's name: state, parent, ...
std::istringstream stat_of(pid_t pid) {
  const std::string text = contents("/proc/" + std::to_string(pid) + "/stat");
  const size_t name_end = text.rfind(')');
  return std::istringstream(name_end == std::string::npos ? "" : text.substr(name_end + 1));
}

}  // namespace

std::vector<ProcessEntry> processes_with(std::string_view environment_entry) {
  std::vector<ProcessEntry> found;
  for (const pid_t pid : all_pids()) {
    const std::string folder = "/proc/" + std::to_string(pid);
    if (!holds_entry(contents(folder + "/environ"), environment_entry)) continue;
    std::string command = contents(folder + "/cmdline");
    std::replace(command.begin(), command.end(), '\0', ' ');
    found.push_back({pid, std::move(command)});
  }
  return found;
}

pid_t parent_of(pid_t pid) {
  char state = 0;
  pid_t parent = 0;
  stat_of(pid) >> state >> parent;
  return parent;
}

bool is_alive(pid_t pid) {
  char state = 'Z';
  return (stat_of(pid) >> state) && state != 'Z' && state != 'X';
}

}  // namespace tenon::support
