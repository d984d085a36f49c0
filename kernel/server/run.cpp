// SPDX-License-Identifier: Apache-2.0
#include "server/run.hpp"

#include <string>
#include <utility>

#include <tenon/cpp/unique_resource.hpp>

#include "control/control.hpp"
#include "module/mpm.hpp"
#include "server/load_mpm.hpp"

namespace tenon::server {
namespace {

struct LogFileTraits {
  using Value = int64_t;
  static Value invalid() noexcept { return -1; }
  static void close(Value value) noexcept { close_log_file(value); }
};
using UniqueLogFile = UniqueResource<LogFileTraits>;

// Tells apart what the operator wrote wrongly from what the machine refuses.
int refused(const Diagnostics& findings, const Console& console) {
  console.err(findings.text() + "\n");
  return kExitUsage;
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

  Result<int64_t> file = open_log_file(config.log.file);
  if (!file) {
    console.err("tenon: error: cannot " + file.error().text() + " (server.log.error)\n");
    return kExitMachine;
  }
  const UniqueLogFile log_file(*file);
  Log log;
  log.configure(
      {.file = log_file.get(),
       .to_stderr = false,
       .level = config.log.level,
       .json = config.log.json}
  );
  const control::Control control({
      .roots = program.roots,
      .config_path = program.config_path,
      .executable = program.executable,
      .mpm_file = module::mpm_file(program.roots.program, config.mpm),
      .mpm = mpm,
      .log_file = log_file.get(),
      .log = &log,
      .to_operator = console.err,
      .first = std::move(snapshot),
  });
  const int code = mpm->control_main(&control.host());
  log.info(code == kExitDone ? "stopped" : "ended, for the reason above");
  return code;
}

}  // namespace tenon::server
