// SPDX-License-Identifier: Apache-2.0
#include "server/run.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "control/control.hpp"
#include "module/copies.hpp"
#include "module/mpm.hpp"
#include "server/load_mpm.hpp"

namespace tenon::server {
namespace {

// Tells apart what the operator wrote wrongly from what the machine refuses.
int refused(const Diagnostics& findings, const Console& console) {
  console.err(findings.text() + "\n");
  return kExitUsage;
}

control::Control::Options control_options(
    const Program& program,
    const std::string& mpm_name,
    const tenon_mpm& mpm,
    const Console& console
) {
  control::Control::Options options;
  options.roots = program.roots;
  options.config_path = program.config_path;
  options.executable = program.executable;
  options.mpm_file = module::mpm_file(program.roots.program, mpm_name);
  options.mpm = &mpm;
  options.to_operator = console.err;
  options.to_user = console.out;
  return options;
}

// What a service is to be started with, so that it finds what was meant here.
std::vector<std::string> kept_arguments(const Program& program, const CommandLine& line) {
  std::vector<std::string> arguments;
  if (!line.config_file.empty()) arguments.insert(arguments.end(), {"-f", program.config_path});
  if (!line.data_root.empty()) arguments.insert(arguments.end(), {"-d", program.roots.data});
  return arguments;
}

// What of the configuration a command needs, or the usual when it cannot be read: what is wrong
// with it is found again, and told, by whoever serves it.
config::Config any_config(const Program& program) {
  Diagnostics ignored;
  const config::Snapshot snapshot =
      config::read_snapshot(program.roots, program.config_path, ignored);
  config::Config config;
  if (!ignored.has_errors()) config = config::parse(snapshot, ignored);
  if (ignored.has_errors()) {
    config = config::Config();
    config.roots = program.roots;
    config.mpm = config::default_mpm();
    config.log.file = program.roots.data + "/logs/error.log";
  }
  return config;
}

tenon_command table_of(
    const CommandLine& line, const std::vector<std::string>& kept, std::vector<tenon_str>& arguments
) {
  for (const std::string& argument : kept)
    arguments.push_back(str(argument));
  tenon_command command{};
  command.struct_size = sizeof command;
  command.verb = line.command;
  command.json = line.json ? 1 : 0;
  command.arguments = arguments.data();
  command.n_arguments = static_cast<uint32_t>(arguments.size());
  command.service = str(line.service);
  return command;
}

using Serve = std::function<int(const tenon_control_host&)>;

// Until the server is stopped. Returns the exit code.
int serve_with_copies(
    const Program& program, control::Control::Options options, const Serve& serve
) {
  const std::string instance = control::instance_id(program.roots, program.config_path);
  module::Copies copies(program.roots.data, instance);
  options.copy_modules = [&copies](const config::Config& read, Diagnostics& findings) {
    return copies.make(read, findings);
  };
  options.adopt_copies = [&copies] { copies.adopt(); };
  const control::Control control(std::move(options));
  const int code = serve(control.host());
  return code == kExitUsage && copies.machine_refused() ? kExitMachine : code;
}

Result<Done> open_log(LogKeeper& keeper, const config::Log& log) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return keeper.open(control::log_rules(log), now);
}

// Nobody watches a service, so what happens to it is in the log from its first moment, and a
// configuration that is refused is left to the MPM, which tells the service manager.
int run_service(
    const Program& program,
    const config::Config& config,
    const tenon_mpm& mpm,
    const tenon_command& command,
    const Console& console
) {
  LogKeeper keeper;
  const Result<Done> opened = open_log(keeper, config.log);
  if (!opened) console.err("tenon: error: cannot " + opened.error().text() + "\n");
  Log log;
  log.configure(control::log_options(config.log, keeper.file()));
  control::Control::Options options = control_options(program, config.mpm, mpm, console);
  options.log_file = keeper.file();
  options.keeper = &keeper;
  options.log = &log;
  return serve_with_copies(program, std::move(options), [&](const tenon_control_host& host) {
    return mpm.command(&host, &command);
  });
}

}  // namespace

int run(const Program& program, const Console& console) {
  Diagnostics findings;
  config::Snapshot snapshot = config::read_snapshot(program.roots, program.config_path, findings);
  if (findings.has_errors()) return refused(findings, console);
  const config::Config config = config::parse(snapshot, findings);
  if (findings.has_errors()) return refused(findings, console);
  const tenon_mpm* mpm = load_mpm(config, findings);
  if (mpm == nullptr) return refused(findings, console);

  LogKeeper keeper;
  const Result<Done> opened = open_log(keeper, config.log);
  if (!opened) {
    console.err("tenon: error: cannot " + opened.error().text() + " (server.log.error)\n");
    return kExitMachine;
  }
  Log log;
  log.configure(control::log_options(config.log, keeper.file()));
  control::Control::Options options = control_options(program, config.mpm, *mpm, console);
  options.log_file = keeper.file();
  options.keeper = &keeper;
  options.log = &log;
  options.first = std::move(snapshot);
  const int code = serve_with_copies(program, std::move(options), [mpm](const auto& host) {
    return mpm->control_main(&host);
  });
  log.info(code == kExitDone ? "stopped" : "ended, for the reason above");
  return code;
}

int command(const Program& program, const CommandLine& line, const Console& console) {
  Diagnostics findings;
  const config::Config config = any_config(program);
  const tenon_mpm* mpm = load_mpm(config, findings);
  if (mpm == nullptr) return refused(findings, console);
  const std::vector<std::string> kept = kept_arguments(program, line);
  std::vector<tenon_str> arguments;
  const tenon_command command = table_of(line, kept, arguments);
  if (line.command == TENON_CMD_RUN_SERVICE) {
    return run_service(program, config, *mpm, command, console);
  }
  Log log;
  log.configure({.file = -1, .to_stderr = false});
  control::Control::Options options = control_options(program, config.mpm, *mpm, console);
  options.log = &log;
  const control::Control control(std::move(options));
  const int code = mpm->command(&control.host(), &command);
  return code == TENON_SERVE_HERE ? run(program, console) : code;
}

}  // namespace tenon::server
