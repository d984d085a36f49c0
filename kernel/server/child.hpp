// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include <tenon/mpm.h>

#include "control/mpm_config.hpp"
#include "http/context.hpp"
#include "log/log.hpp"
#include "module/instances.hpp"
#include "module/registry.hpp"
#include "route/router.hpp"
#include "server/console.hpp"

namespace tenon::server {

// The kernel's side of one child process: one generation, from its snapshot to its clean end.
// Members stand in the order in which they are made; everything below uses what is above.
class Child {
 public:
  explicit Child(const tenon_mpm& mpm);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  const tenon_child_host& host() const { return host_; }

 private:
  // What the host's context points to. The session functions of http take the first member for
  // theirs.
  struct HostContext {
    http::Context* http;
    Child* child;
  };

  static tenon_status TENON_CALL
  configure(void* context, const tenon_child_start* start, tenon_mpm_config* out) noexcept;
  static tenon_status TENON_CALL wanted(void* context, tenon_buf* out) noexcept;
  static tenon_status TENON_CALL load(void* context, const tenon_child_load* load) noexcept;
  static tenon_str TENON_CALL diagnostics(void* context) noexcept;
  static void TENON_CALL unload(void* context) noexcept;
  static void TENON_CALL report(void* context, int32_t level, tenon_str text) noexcept;
  static void TENON_CALL set_log(void* context, int64_t log_file) noexcept;

  tenon_status configure(const tenon_child_start& start, tenon_mpm_config& out);
  tenon_status wanted(tenon_buf& out);
  tenon_status load(const tenon_child_load& load);
  void start_http(const tenon_child_load& load);
  tenon_status finish(const Diagnostics& findings);
  void unload();

  const tenon_mpm& mpm_;
  Log log_;
  module::Services services_;
  std::unique_ptr<control::MpmConfig> config_;
  module::Registry registry_;
  module::Instances instances_;
  std::unique_ptr<route::Router> router_;
  http::Context http_;
  bool http_started_ = false;
  std::string wanted_;
  std::string diagnostics_;
  HostContext context_;
  tenon_child_host host_{};
};

// The hidden verb: tenon child MPM_FILE IN OUT.
int run_child(const std::vector<std::string>& arguments, const Console& console);

}  // namespace tenon::server
