// SPDX-License-Identifier: Apache-2.0
#include "server/loaded.hpp"

#include <string>

#include "control/mpm_config.hpp"
#include "module/compiler.hpp"
#include "server/load_mpm.hpp"

namespace tenon::server {
namespace {

bool has_other_hooks(const module::Module& module) {
  if (module.table->n_filters != 0) return true;
  for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
    if (phase != TENON_PH_HANDLER && module.hook(phase) != nullptr) return true;
  }
  return false;
}

}  // namespace

Loaded::Loaded(const Program& program) : registry_(services_) {
  log_.configure({.file = -1, .to_stderr = true, .level = TENON_LOG_WARN});
  services_.log = &log_;
  snapshot_ = config::read_snapshot(program.roots, program.config_path, findings);
  if (!findings.has_errors()) config_ = config::parse(snapshot_, findings);
  parsed_ = !findings.has_errors();
  services_.mpm = config_.mpm;
}

void Loaded::load_modules() {
  if (!parsed_) return;
  registry_.load(config_.modules, findings);
  config_.files->add(config::read_option_files(module::wanted_files(config_, registry_)));
}

void Loaded::load_mpm() {
  if (!parsed_) return;
  mpm_ = server::load_mpm(config_, findings);
  if (mpm_ != nullptr) const control::MpmConfig checked(config_, *mpm_, "", findings);
}

// Without all of its modules nothing can be said of the routes.
std::vector<route::Site> Loaded::compile_routes() {
  if (!parsed_ || registry_.modules().size() != config_.modules.size()) return {};
  return module::compile(config_, registry_, module::Purpose::Check, instances_, findings);
}

Description Loaded::describe() const {
  Description description;
  if (mpm_ != nullptr) {
    const std::string name = mpm_->name;
    description.mpms.push_back({"mpm." + name, "MPM " + name, mpm_->options, mpm_->n_options});
  }
  for (const auto& module : registry_.modules()) {
    const char* summary = module->table->summary;
    description.modules.push_back(
        {module->options,
         module->table->id,
         summary != nullptr ? summary : "",
         module->hook(TENON_PH_HANDLER) != nullptr,
         has_other_hooks(*module)}
    );
  }
  return description;
}

}  // namespace tenon::server
