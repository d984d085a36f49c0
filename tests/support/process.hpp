// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "support/poll.hpp"

namespace tenon::support {

struct Command {
  std::vector<std::string> argv = {};           // argv[0] is looked up in PATH
  std::map<std::string, std::string> env = {};  // added to ours, replacing; "" removes
  std::string folder = {};                      // working folder; "": ours
  bool discard_output = false;                  // streams to /dev/null instead of pipes
};

// A program that a test started: its output is collected while it runs. It is killed when this
// object goes, and by the system when the test program dies.
class Process {
 public:
  explicit Process(const Command& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  // True once it ended, also when it had ended before.
  bool wait(Milliseconds time = kPatience);
  // As a shell says it: the exit code, or 128 + the signal that ended it. Empty while it runs.
  std::optional<int> exit_code();
  void send_signal(int number);
  void kill();  // and waits

  // Collected so far; complete once wait() returned true.
  std::string out() const;
  std::string err() const;

 private:
  class Collector;

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  std::unique_ptr<Collector> output_;
};

struct CommandResult {
  int exit_code = -1;  // -1: it did not end in time and was killed
  std::string out;
  std::string err;
};

// Runs the command to its end.
CommandResult run(const Command& command, Milliseconds time = kPatience);

}  // namespace tenon::support
