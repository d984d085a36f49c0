// SPDX-License-Identifier: Apache-2.0
#include "server/offline.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "control/mpm_config.hpp"
#include "module/compiler.hpp"
#include "module/descriptor.hpp"
#include "module/mpm.hpp"
#include "server/load_mpm.hpp"

namespace tenon::server {
namespace {

// The modules of a configuration, loaded for a look.
class Offline {
 public:
  explicit Offline(const Program& program) : registry_(services_) {
    log_.configure({.file = -1, .to_stderr = true, .level = TENON_LOG_WARN});
    services_.log = &log_;
    snapshot_ = config::read_snapshot(program.roots, program.config_path, findings);
    if (!findings.has_errors()) config_ = config::parse(snapshot_, findings);
    parsed_ = !findings.has_errors();
    services_.mpm = config_.mpm;
  }

  void load_modules() {
    if (parsed_) registry_.load(config_.modules, findings);
  }

  void check_mpm() {
    if (!parsed_) return;
    const tenon_mpm* mpm = load_mpm(config_, findings);
    if (mpm == nullptr) return;
    const control::MpmConfig checked(config_, *mpm, "", findings);
  }

  // Without all of its modules nothing can be said of the routes.
  void check_routes() {
    if (!parsed_ || registry_.modules().size() != config_.modules.size()) return;
    module::compile(config_, registry_, module::Purpose::Check, instances_, findings);
  }

  const module::Registry& registry() const { return registry_; }
  const config::Snapshot& snapshot() const { return snapshot_; }

  Diagnostics findings;

 private:
  Log log_;
  module::Services services_;
  config::Snapshot snapshot_;
  config::Config config_;
  bool parsed_ = false;
  module::Registry registry_;
  module::Instances instances_;
};

void print_findings(const Diagnostics& findings, const Console& console) {
  const std::string text = findings.text();
  if (!text.empty()) console.err(text + "\n");
}

using Row = std::array<std::string, 5>;

std::string phases_of(const module::Module& module) {
  std::string phases;
  for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
    if (module.hook(phase) == nullptr) continue;
    phases += (phases.empty() ? "" : ",") + std::string(module::phase_name(phase));
  }
  return phases;
}

std::string format_table(const std::vector<Row>& rows) {
  Row::size_type width[std::tuple_size_v<Row>] = {};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      width[i] = std::max(width[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(width[i] - row[i].size() + 2, ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace

int check(const Program& program, const Console& console) {
  Offline offline(program);
  offline.check_mpm();
  offline.load_modules();
  offline.check_routes();
  print_findings(offline.findings, console);
  if (offline.findings.has_errors()) return kExitUsage;
  const auto& files = offline.snapshot().files;
  console.out("Configuration OK: " + (files.empty() ? "built-in" : files.front().path) + "\n");
  return kExitDone;
}

int list_modules(const Program& program, const Console& console) {
  Offline offline(program);
  offline.load_modules();
  print_findings(offline.findings, console);
  std::vector<Row> rows = {{"NAME", "VERSION", "ID", "PHASES", "FILE"}};
  for (const auto& module : offline.registry().modules()) {
    rows.push_back(
        {module->name(),
         module->table->version,
         module->table->id,
         phases_of(*module),
         module->ref.file}
    );
  }
  if (rows.size() > 1) console.out(format_table(rows));
  return offline.findings.has_errors() ? kExitUsage : kExitDone;
}

}  // namespace tenon::server
