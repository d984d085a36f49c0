// SPDX-License-Identifier: Apache-2.0
#include "module/compiler.hpp"

#include <set>
#include <string>
#include <utility>

#include "base/text.hpp"

namespace tenon::module {
namespace {

// Stands for "no place": what a table that applies nowhere lacks is nobody's fault.
const Place kNowhere{.file = std::string(1, '\0')};

// A module's part in one route.
struct Use {
  const Module* module = nullptr;
  Instance* instance = nullptr;
  bool handles = false;    // `handler` names it
  bool has_table = false;  // its hooks of the other phases run
};

// One module's tables that apply to one route, outer first.
struct Scopes {
  std::vector<config::ScopedTable> tables;
  bool off = false;  // the innermost says NAME = false
  bool in_route = false;
  Place place;  // of the innermost

  void add(uint32_t scope, const config::ModuleTables& from, const std::string& name) {
    const auto found = from.find(name);
    if (found == from.end()) return;
    off = found->second.off;
    in_route = scope == TENON_IN_ROUTE && !off;
    place = found->second.place;
    if (found->second.node != nullptr) tables.push_back({scope, found->second.node});
  }
  bool applies() const { return !off && !tables.empty(); }
};

bool only_handles(const Module& module) {
  if (module.table->n_filters != 0) return false;
  for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
    if (phase != TENON_PH_HANDLER && module.hook(phase) != nullptr) return false;
  }
  return true;
}

class Compiler {
 public:
  Compiler(const config::Config& config, const Registry& registry, Instances& instances)
      : config_(config),
        registry_(registry),
        instances_(instances) {}

  // Reads every option of every route.
  void read_options() {
    check_tables(config_.tables);
    for (const config::Site& site : config_.sites) {
      check_tables(site.tables);
      for (const config::Route& route : site.routes) {
        check_tables(route.tables);
        check_handler(route);
        uses_.push_back(uses_of(site, route));
      }
    }
    validate_unused();
  }

  std::vector<RouteUse> read_uses(const config::Site& site, const config::Route& route) {
    std::vector<RouteUse> uses;
    for (const auto& module : registry_.modules()) {
      const Scopes scopes = scopes_of(&site, &route, module->name());
      const bool handles = route.handler == module->name();
      const bool has_table = scopes.applies() && !only_handles(*module);
      if (!handles && !has_table) {
        note_useless(*module, scopes);
        continue;
      }
      // What an outer table leaves open is the route's to give.
      const Place& where = handles && !scopes.in_route ? route.handler_place : scopes.place;
      uses.push_back({module.get(), handles, has_table, merge(*module, scopes, where), where});
    }
    return uses;
  }

  std::vector<route::Site> run(Purpose purpose) {
    read_options();
    for (const std::string& file : config_.files->wanted()) {
      found_.error({}, "the file " + quote(file) + ", which an option names, was not read");
    }
    if (!found_.has_errors()) instances_.check(found_);
    if (!found_.has_errors() && purpose == Purpose::Serve) instances_.create(found_);
    if (found_.has_errors()) return {};
    return build_sites();
  }

  // The same outer table is merged for every route: each finding counts once.
  void report(Diagnostics& diagnostics) const {
    std::set<std::string> seen;
    for (const Diagnostic& item : found_.items()) {
      if (item.place.file == kNowhere.file || !seen.insert(item.line()).second) continue;
      if (item.severity == Severity::Error) {
        diagnostics.error(item.place, item.text);
      } else {
        diagnostics.warning(item.place, item.text);
      }
    }
  }

 private:
  std::string did_you_mean(std::string_view name) const {
    const std::string near = config::nearest(name, registry_.names());
    return near.empty() ? "" : "; did you mean " + quote(near) + "?";
  }

  void check_tables(const config::ModuleTables& tables) {
    for (const auto& [name, table] : tables) {
      if (registry_.find(name) != nullptr) continue;
      found_.error(
          table.place,
          "unknown key " + quote(name) + ": no module of that name is loaded" + did_you_mean(name)
      );
    }
  }

  void check_handler(const config::Route& route) {
    if (route.handler.empty()) return;
    const Module* module = registry_.find(route.handler);
    if (module == nullptr) {
      found_.error(
          route.handler_place,
          "no module named " + quote(route.handler) + " is loaded" + did_you_mean(route.handler)
      );
    } else if (module->hook(TENON_PH_HANDLER) == nullptr) {
      found_.error(
          route.handler_place,
          "module " + quote(route.handler) + " cannot be a handler: it has no handler hook"
      );
    }
  }

  Scopes scopes_of(const config::Site* site, const config::Route* route, const std::string& name)
      const {
    Scopes scopes;
    scopes.add(TENON_IN_SERVER, config_.tables, name);
    if (site != nullptr) scopes.add(TENON_IN_SITE, site->tables, name);
    if (route != nullptr) scopes.add(TENON_IN_ROUTE, route->tables, name);
    return scopes;
  }

  std::unique_ptr<tenon_cfg> merge(const Module& module, const Scopes& scopes, const Place& where) {
    const config::Surroundings surroundings(config_.roots.data, config_.files.get());
    return config::merge(module.options, scopes.tables, where, surroundings, found_);
  }

  std::vector<Use> uses_of(const config::Site& site, const config::Route& route) {
    std::vector<Use> uses;
    for (RouteUse& use : read_uses(site, route)) {
      Instance& instance = instances_.share(*use.module, std::move(use.cfg), use.where);
      uses.push_back({use.module, &instance, use.handles, use.has_table});
    }
    return uses;
  }

  void note_useless(const Module& module, const Scopes& scopes) {
    if (!scopes.in_route) return;
    found_.warning(
        scopes.place, "this table has no effect: the route's handler is not " + quote(module.name())
    );
    validate(module, scopes);
  }

  // Checks the spelling of tables that no route uses, but not whether they are complete.
  void validate(const Module& module, const Scopes& scopes) {
    if (!scopes.tables.empty()) {
      const Diagnostics before = std::exchange(found_, {});
      merge(module, scopes, kNowhere);
      const Diagnostics mine = std::exchange(found_, before);
      for (const Diagnostic& item : mine.items()) {
        if (item.place.file == kNowhere.file) continue;
        if (item.severity == Severity::Error) found_.error(item.place, item.text);
      }
    }
  }

  void validate_unused() {
    for (const auto& module : registry_.modules()) {
      validate(*module, scopes_of(nullptr, nullptr, module->name()));
      for (const config::Site& site : config_.sites) {
        validate(*module, scopes_of(&site, nullptr, module->name()));
      }
    }
  }

  route::Plan build_plan(const std::vector<Use>& uses) const {
    route::Plan plan;
    for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
      for (Module* module : registry_.in_phase(phase)) {
        for (const Use& use : uses) {
          if (use.module != module) continue;
          if (!(phase == TENON_PH_HANDLER ? use.handles : use.has_table)) continue;
          const tenon_hook* hook = module->hook(phase);
          plan.phases[static_cast<size_t>(phase)].push_back(
              {hook->call,
               use.instance->object,
               &module->self,
               hook->run,
               module->name().c_str(),
               (hook->flags & TENON_HOOK_WHOLE_BODY) != 0,
               module->index}
          );
        }
      }
    }
    plan.request_filters = filters(TENON_FILTER_REQUEST, uses);
    plan.response_filters = filters(TENON_FILTER_RESPONSE, uses);
    return plan;
  }

  std::vector<route::FilterCall> filters(int32_t direction, const std::vector<Use>& uses) const {
    std::vector<route::FilterCall> calls;
    for (Module* module : registry_.filtering(direction)) {
      for (const Use& use : uses) {
        if (use.module != module || !use.has_table) continue;
        calls.push_back(
            {module->filter(direction), use.instance->object, &module->self, module->name().c_str()}
        );
      }
    }
    return calls;
  }

  std::vector<route::Site> build_sites() const {
    std::vector<route::Site> sites;
    size_t next = 0;
    for (const config::Site& from : config_.sites) {
      route::Site site;
      site.hosts = from.hosts;
      site.listeners.assign(from.listeners.begin(), from.listeners.end());
      for (const config::Route& route : from.routes) {
        site.routes.push_back({route.path, route.prefix, route.methods, build_plan(uses_[next])});
        ++next;
      }
      sites.push_back(std::move(site));
    }
    return sites;
  }

  const config::Config& config_;
  const Registry& registry_;
  Instances& instances_;
  Diagnostics found_;
  std::vector<std::vector<Use>> uses_;  // of all routes, in the order of the configuration
};

}  // namespace

std::vector<RouteUse> route_uses(
    const config::Config& config,
    const Registry& registry,
    const config::Site& site,
    const config::Route& route
) {
  Instances none;
  return Compiler(config, registry, none).read_uses(site, route);
}

std::vector<std::string> wanted_files(const config::Config& config, const Registry& registry) {
  Instances none;
  Compiler(config, registry, none).read_options();
  return config.files->wanted();
}

std::vector<route::Site> compile(
    const config::Config& config,
    const Registry& registry,
    Purpose purpose,
    Instances& instances,
    Diagnostics& diagnostics
) {
  Compiler compiler(config, registry, instances);
  std::vector<route::Site> sites = compiler.run(purpose);
  compiler.report(diagnostics);
  return sites;
}

}  // namespace tenon::module
