// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include <tenon/cpp/module.hpp>

#include <gtest/gtest.h>

#include "kernel/module/host.hpp"
#include "kernel/module/self.hpp"
#include "tests/sim/server.hpp"

namespace tenon {

// A module class behind the kernel's real host table, on the MPM in memory: all of the server but
// sockets and configuration.
template <class M>
class Hosted {
 public:
  explicit Hosted(size_t pool_queue_max = 16) : server(pool_queue_max) {
    self_.services = &services;
    self_.name = "sample";
    services.log = &log_;
    services.runtime.blocking.start(server.mpm.table(), nullptr);
    {
      const module::InStage stage(self_, tenon_self::Stage::Load);
      EXPECT_EQ(table_.load(&self_, &module::host_table()), TENON_OK);
    }
    const module::InStage stage(self_, tenon_self::Stage::Create);
    EXPECT_EQ(table_.create(&self_, nullptr, &instance_), TENON_OK) << self_.take_error();
    add_route();
  }
  ~Hosted() { end(); }
  Hosted(const Hosted&) = delete;
  Hosted& operator=(const Hosted&) = delete;

  // Opens a connection and sends.
  sim::Connection& send(std::string_view bytes) {
    sim::Connection& connection = server.connect();
    if (!timing_) {
      services.runtime.timers.start(server.mpm.table(), nullptr, [this] {
        return server.mpm.now_ns;
      });
      timing_ = true;
    }
    connection.send(bytes);
    server.mpm.run();
    return connection;
  }
  // What a child does at its end.
  void end() {
    server.mpm.close_all();
    services.runtime.timers.stop();
    services.runtime.blocking.stop();
    if (instance_ != nullptr) table_.destroy(instance_);
    instance_ = nullptr;
    EXPECT_EQ(server.mpm.breaches, std::vector<std::string>{});
  }
  M& instance() { return *static_cast<M*>(instance_); }

  module::Services services;
  sim::Server server;

 private:
  void add_route() {
    const size_t route = server.route("/*", nullptr);
    route::Plan& plan = server.at(route).plan;
    plan.phases[TENON_PH_HANDLER].clear();
    for (size_t i = 0; i < table_.n_hooks; ++i) {
      const tenon_hook& hook = table_.hooks[i];
      const bool whole = (hook.flags & TENON_HOOK_WHOLE_BODY) != 0;
      plan.phases[static_cast<size_t>(hook.phase)].push_back(
          {hook.call, instance_, &self_, hook.run, "sample", whole}
      );
    }
    for (size_t i = 0; i < table_.n_filters; ++i) {
      const bool request = table_.filters[i].direction == TENON_FILTER_REQUEST;
      (request ? plan.request_filters : plan.response_filters)
          .push_back({&table_.filters[i], instance_, &self_, "sample"});
    }
  }

  const tenon_module& table_ = *detail::Glue<M>::table("sample", "com.example.sample", "1.0.0");
  Log log_;
  tenon_self self_;
  void* instance_ = nullptr;
  bool timing_ = false;
};

}  // namespace tenon
