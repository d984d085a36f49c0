// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/ready_line.hpp"
#include "support/sandbox.hpp"

namespace tenon::support {

// Runs the staged program with `-d SANDBOX` and these arguments to its end.
CommandResult run_tenon(const Sandbox& sandbox, std::vector<std::string> arguments);
// Without -d: the data root is the stage.
CommandResult run_tenon(std::vector<std::string> arguments);

// A staged server in the foreground: its control process, and through it the child.
class ServerProcess {
 public:
  explicit ServerProcess(const Sandbox& sandbox, std::vector<std::string> arguments = {});
  // The server of stage_faults(), with a plan for TENON_FAULTS as mpm/common/faults.hpp has it.
  struct Faults {
    std::string plan;
  };
  ServerProcess(const Sandbox& sandbox, const Faults& faults);
  // As a service manager starts it (on Linux): with this environment, and these descriptors of ours
  // as its own from 3 on, which it is told of.
  struct Managed {
    std::map<std::string, std::string> env = {};
    std::vector<int> sockets = {};
  };
  ServerProcess(const Sandbox& sandbox, const Managed& managed);
  // Kills what is left of it, the child included.
  ~ServerProcess();

  // A server that said READY with this configuration. Null, with a test failure that shows its
  // output, when it did not.
  static std::unique_ptr<ServerProcess> start(const Sandbox& sandbox, std::string_view config);

  bool wait_ready(uint32_t generation = 1, Milliseconds time = kPatience);
  // Of the newest ready line.
  ReadyLine ready() const;
  uint16_t port(const std::string& listener = "default") const { return ready().port(listener); }

  // As Ctrl-C does it. True once the process has ended.
  bool stop(Milliseconds time = kPatience);
  void interrupt();  // Ctrl-C, without waiting
  Process& control() { return process_; }
  // The Linux number of the child's process, under Wine too; 0: there is none now.
  pid_t child_pid() const;
  std::string err() const { return process_.err(); }
  std::string out() const { return process_.out(); }
  // Waits until stderr holds the text.
  bool wait_for(std::string_view text, Milliseconds time = kPatience) const;

 private:
  const Sandbox& sandbox_;
  Process process_;
};

}  // namespace tenon::support
