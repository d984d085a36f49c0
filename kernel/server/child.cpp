// SPDX-License-Identifier: Apache-2.0
#include "server/child.hpp"

#include <string_view>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "config/config.hpp"
#include "module/compiler.hpp"
#include "module/mpm.hpp"
#include "module/status.hpp"

namespace tenon::server {

Child::Child(const tenon_mpm& mpm) : mpm_(mpm), registry_(services_), context_{&http_, this} {
  services_.log = &log_;
  services_.mpm = mpm.name;
  host_.struct_size = sizeof host_;
  host_.context = &context_;
  host_.cfg = &config::cfg_api();
  host_.sessions = &http::session_api();
  host_.now = &http::now_ns;
  host_.configure = &Child::configure;
  host_.wanted = &Child::wanted;
  host_.load = &Child::load;
  host_.diagnostics = &Child::diagnostics;
  host_.unload = &Child::unload;
  host_.report = &Child::report;
  host_.set_log = &Child::set_log;
}

Child::~Child() {
  unload();
}

tenon_status TENON_CALL
Child::configure(void* context, const tenon_child_start* start, tenon_mpm_config* out) noexcept {
  return static_cast<HostContext*>(context)->child->configure(*start, *out);
}

tenon_status TENON_CALL Child::wanted(void* context, tenon_buf* out) noexcept {
  return static_cast<HostContext*>(context)->child->wanted(*out);
}

tenon_status TENON_CALL Child::load(void* context, const tenon_child_load* load) noexcept {
  return static_cast<HostContext*>(context)->child->load(*load);
}

tenon_str TENON_CALL Child::diagnostics(void* context) noexcept {
  return str(static_cast<HostContext*>(context)->child->diagnostics_);
}

void TENON_CALL Child::unload(void* context) noexcept {
  static_cast<HostContext*>(context)->child->unload();
}

void TENON_CALL Child::report(void* context, int32_t level, tenon_str text) noexcept {
  static_cast<HostContext*>(context)->child->log_.write(level, view(text));
}

void TENON_CALL Child::set_log(void* context, int64_t log_file) noexcept {
  static_cast<HostContext*>(context)->child->log_.set_file(log_file);
}

tenon_status Child::configure(const tenon_child_start& start, tenon_mpm_config& out) {
  Diagnostics findings;
  const Result<config::Snapshot> snapshot = config::decode(view(start.snapshot));
  if (!snapshot) {
    findings.error({}, snapshot.error().text());
    return finish(findings);
  }
  config::Config config = config::parse(*snapshot, findings);
  if (findings.has_errors()) return finish(findings);
  // Only the file: nobody may be left to read what a child writes to stderr, and a full pipe would
  // stop its threads.
  log_.configure(
      {.file = start.log_file,
       .to_stderr = start.log_file == -1,
       .level = config.log.level,
       .json = config.log.json}
  );
  config_ = std::make_unique<control::MpmConfig>(
      std::move(config), mpm_, std::string(view(start.snapshot)), findings
  );
  out = config_->table();
  return finish(findings);
}

tenon_status Child::wanted(tenon_buf& out) {
  Diagnostics findings;
  registry_.load(config_->config().modules, findings);
  if (findings.has_errors()) return finish(findings);
  wanted_ = config::encode_wanted(module::wanted_files(config_->config(), registry_));
  out = buf(wanted_);
  return finish(findings);
}

tenon_status Child::load(const tenon_child_load& load) {
  const config::Config& config = config_->config();
  services_.section = load.section;
  Diagnostics findings;
  if (load.snapshot.len != 0) {
    Result<config::Snapshot> full = config::decode(view(load.snapshot));
    if (!full) {
      findings.error({}, full.error().text());
      return finish(findings);
    }
    config.files->add(std::move((*full).option_files));
  }
  module::name_modules(registry_, load.section);
  services_.runtime.blocking.start(*load.mpm, load.section);
  std::vector<route::Site> sites =
      module::compile(config, registry_, module::Purpose::Serve, instances_, findings);
  if (findings.has_errors()) return finish(findings);
  for (const Diagnostic& item : findings.items()) {
    log_.warn(item.line());
  }
  router_ = std::make_unique<route::Router>(std::move(sites));
  start_http(load);
  return finish(findings);
}

void Child::start_http(const tenon_child_load& load) {
  const config::Config& config = config_->config();
  http_.router = router_.get();
  http_.mpm = load.mpm;
  http_.section = load.section;
  http_.log = &log_;
  http_.limits = config.limits;
  http_.timeouts = config.timeouts;
  for (const config::Listener& listener : config.listeners) {
    http_.listener_names.push_back(listener.name);
  }
  http::start(http_);
  services_.runtime.timers.start(*load.mpm, load.section, &http::now_ns);
  http_started_ = true;
}

tenon_status Child::finish(const Diagnostics& findings) {
  diagnostics_ = findings.has_errors() ? findings.text() : "";
  return findings.has_errors() ? TENON_E_FAIL : TENON_OK;
}

void Child::unload() {
  services_.runtime.timers.stop();
  services_.runtime.blocking.stop();
  if (std::exchange(http_started_, false)) http::stop(http_);
  instances_.destroy();
}

int run_child(const std::vector<std::string>& arguments, const Console& console) {
  const Result<const tenon_mpm*, module::Refusal> mpm = module::load_mpm(arguments[0], "");
  if (!mpm) {
    console.err("tenon: error: cannot load MPM " + arguments[0] + ": " + mpm.error() + "\n");
    return kExitUsage;
  }
  // Never destroyed: modules may keep threads of their own, and what they were given stays valid
  // for good. The MPM calls unload() at a clean end.
  static const auto* child = new Child(**mpm);
  return (*mpm)->child_main(&child->host(), arguments[1].c_str(), arguments[2].c_str());
}

}  // namespace tenon::server
