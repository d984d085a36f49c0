// SPDX-License-Identifier: Apache-2.0
#include "support/server_process.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/wine_prefix.hpp"

namespace tenon::support {

namespace {

Command tenon_command(
    const std::vector<std::string>& arguments, const std::string& installed = stage()
) {
  Command command;
  if (on_windows()) {
    command.argv.push_back("wine");
    command.env = WinePrefix::instance().env();
  }
  command.argv.push_back(program(installed));
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return command;
}

Command tenon_command(
    const Sandbox& sandbox,
    const std::vector<std::string>& arguments,
    const std::string& installed = stage()
) {
  std::vector<std::string> all = {"-d", target_path(sandbox.folder())};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Command command = tenon_command(all, installed);
  command.env[Sandbox::kMark] = sandbox.folder();
  // Nothing may depend on the current directory.
  command.folder.push_back('/');
  return command;
}

Command faulty_command(const Sandbox& sandbox, const std::string& plan) {
  Command command = tenon_command(sandbox, {}, stage_faults());
  command.env["TENON_FAULTS"] = plan;
  return command;
}

// LISTEN_PID is the server's own number, which the shell has before it.
Command managed_command(const Sandbox& sandbox, const ServerProcess::Managed& managed) {
  Command command = tenon_command(sandbox, {});
  command.env.insert(managed.env.begin(), managed.env.end());
  std::string script = "exec";
  for (size_t i = 0; i < managed.sockets.size(); ++i)
    script += " " + std::to_string(3 + i) + "<&" + std::to_string(managed.sockets[i]);
  script += "; export LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(managed.sockets.size()) +
            "; exec \"$@\"";
  const std::vector<std::string> shell = {"bash", "-c", script, "bash"};
  command.argv.insert(command.argv.begin(), shell.begin(), shell.end());
  return command;
}

}  // namespace

CommandResult run_tenon(const Sandbox& sandbox, std::vector<std::string> arguments) {
  return run(tenon_command(sandbox, arguments));
}

CommandResult run_tenon(std::vector<std::string> arguments) {
  return run(tenon_command(arguments));
}

ServerProcess::ServerProcess(const Sandbox& sandbox, std::vector<std::string> arguments)
    : sandbox_(sandbox),
      process_(tenon_command(sandbox, arguments)) {}

ServerProcess::ServerProcess(const Sandbox& sandbox, const Faults& faults)
    : sandbox_(sandbox),
      process_(faulty_command(sandbox, faults.plan)) {}

ServerProcess::ServerProcess(const Sandbox& sandbox, const Managed& managed)
    : sandbox_(sandbox),
      process_(managed_command(sandbox, managed)) {}

ServerProcess::~ServerProcess() {
  process_.kill();
  poll_until([this] {
    const std::vector<ProcessEntry> left = sandbox_.processes();
    for (const ProcessEntry& entry : left)
      ::kill(entry.pid, SIGKILL);
    return left.empty();
  });
}

std::unique_ptr<ServerProcess> ServerProcess::start(
    const Sandbox& sandbox, std::string_view config
) {
  sandbox.write_config(config);
  auto server = std::make_unique<ServerProcess>(sandbox);
  if (server->wait_ready()) return server;
  ADD_FAILURE() << "the server did not become ready\n--- stderr\n"
                << server->err() << "--- stdout\n"
                << server->out() << "--- config\n"
                << config;
  return nullptr;
}

bool ServerProcess::wait_ready(uint32_t generation, Milliseconds time) {
  const auto said_so = [&] {
    const std::vector<ReadyLine> lines = ready_lines(err());
    return !lines.empty() && lines.back().generation >= generation;
  };
  poll_until([&] { return said_so() || !process_.running(); }, time);
  return said_so();
}

ReadyLine ServerProcess::ready() const {
  const std::vector<ReadyLine> lines = ready_lines(err());
  return lines.empty() ? ReadyLine{} : lines.back();
}

void ServerProcess::interrupt() {
  process_.send_signal(SIGINT);
}

bool ServerProcess::stop(Milliseconds time) {
  interrupt();
  return process_.wait(time);
}

pid_t ServerProcess::child_pid() const {
  for (const ProcessEntry& entry : sandbox_.processes())
    if (entry.command.find(" child ") != std::string::npos && entry.pid != process_.pid())
      return entry.pid;
  return 0;
}

bool ServerProcess::wait_for(std::string_view text, Milliseconds time) const {
  return poll_until([&] { return err().find(text) != std::string::npos; }, time);
}

}  // namespace tenon::support
