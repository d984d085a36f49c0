// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/module.h>

#include "base/diagnostics.hpp"
#include "config/config.hpp"
#include "module/library.hpp"
#include "module/self.hpp"
#include "route/plan.hpp"

namespace tenon::module {

// One loaded module. Lives as long as its registry; its library as long as the process.
struct Module {
  const tenon_module* table = nullptr;
  config::OptionTable options;
  config::ModuleRef ref;  // what the configuration says of it
  tenon_self self;
  uint32_t index = 0;  // among those of its registry that were loaded

  const std::string& name() const { return self.name; }
  // The module's hook in that phase, or null.
  const tenon_hook* hook(int32_t phase) const;
  // Its body filter of that direction, or null.
  const tenon_filter* filter(int32_t direction) const;
};

// All modules of a process, in the order of `modules`.
class Registry {
 public:
  // `services` outlives the registry.
  explicit Registry(Services& services);
  ~Registry();

  // [control] Once. Loads every module that the configuration names. Each refusal is one finding
  // at its place; loading goes on with the next, so that all are seen at once.
  void load(const std::vector<config::ModuleRef>& refs, Diagnostics& diagnostics);

  const std::vector<std::unique_ptr<Module>>& modules() const { return modules_; }
  Module* find(std::string_view name) const;
  std::vector<std::string_view> names() const;
  // The modules that have a hook in the phase, in the order in which they run.
  const std::vector<Module*>& in_phase(int32_t phase) const;
  // The modules that filter bodies of that direction, in the order of the bytes.
  const std::vector<Module*>& filtering(int32_t direction) const;

 private:
  void add(const config::ModuleRef& ref, Diagnostics& diagnostics);
  void load_added(Diagnostics& diagnostics);
  const char* missing_need(const Module& module) const;
  void refuse_waiting(const std::vector<Module*>& waiting, Diagnostics& diagnostics) const;
  std::vector<Refusal> check(const config::ModuleRef& ref, const tenon_module& table) const;
  std::string missing_file_hint(const config::ModuleRef& ref) const;
  void order(Diagnostics& diagnostics);
  template <class Find>
  std::vector<Module*> order_by(const std::string& what, Find find, Diagnostics& diagnostics) const;

  Services& services_;
  std::vector<std::unique_ptr<Module>> modules_;
  std::array<std::vector<Module*>, route::kPhases> phases_;
  std::array<std::vector<Module*>, 2> filters_;
};

}  // namespace tenon::module
