// SPDX-License-Identifier: Apache-2.0
#include "module/registry.hpp"

#include <filesystem>
#include <set>
#include <utility>

#include "base/paths.hpp"
#include "base/text.hpp"
#include "module/descriptor.hpp"
#include "module/host.hpp"
#include "module/order.hpp"

namespace tenon::module {
namespace {

constexpr std::string_view kFilePrefix = "mod_";

std::string failure(const std::string& what, tenon_status status, const std::string& why) {
  if (!why.empty()) return what + " failed: " + why;
  return what + " failed with status " + std::to_string(status) + " and gave no reason";
}

// The modules that lie in the folder, by the names that `modules` would call them.
std::vector<std::string> installed_modules(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string stem = to_utf8(entries->path().stem());
    if (stem.starts_with(kFilePrefix)) names.push_back(stem.substr(kFilePrefix.size()));
  }
  return names;
}

Result<const tenon_module*, Refusal> call_entry(const config::ModuleRef& ref) {
  const Result<EntryPoint, Refusal> entry =
      load_entry(ref.library(), TENON_MODULE_ENTRY_NAME, ref.file);
  if (!entry) return fail(entry.error());
  const Hello hello;
  const tenon_module* table = reinterpret_cast<tenon_module_entry_fn>(*entry)(&hello.table());
  if (table == nullptr) return fail(hello.refusal(TENON_MODULE_ENTRY_NAME));
  return table;
}

void refuse(const config::ModuleRef& ref, const Refusal& why, Diagnostics& diagnostics) {
  diagnostics.error(ref.place, "cannot load module " + ref.file + ": " + why);
}

bool call_load(Module& module, Diagnostics& diagnostics) {
  if (module.table->load == nullptr) return true;
  const InStage stage(module.self, tenon_self::Stage::Load);
  const tenon_status status = module.table->load(&module.self, &host_table());
  if (status == TENON_OK) return true;
  refuse(module.ref, failure("its load()", status, module.self.take_error()), diagnostics);
  return false;
}

}  // namespace

const tenon_hook* Module::hook(int32_t phase) const {
  for (size_t i = 0; i < table->n_hooks; ++i) {
    const tenon_hook& hook = hook_at(*table, i);
    if (hook.phase == phase) return &hook;
  }
  return nullptr;
}

const tenon_filter* Module::filter(int32_t direction) const {
  for (size_t i = 0; i < table->n_filters; ++i) {
    const tenon_filter& filter = filter_at(*table, i);
    if (filter.direction == direction) return &filter;
  }
  return nullptr;
}

Registry::Registry(Services& services) : services_(services) {}
Registry::~Registry() = default;

void Registry::load(const std::vector<config::ModuleRef>& refs, Diagnostics& diagnostics) {
  for (const config::ModuleRef& ref : refs) {
    add(ref, diagnostics);
  }
  load_added(diagnostics);
  for (size_t i = 0; i < modules_.size(); ++i)
    modules_[i]->index = static_cast<uint32_t>(i);
  order(diagnostics);
}

Module* Registry::find(std::string_view name) const {
  for (const auto& module : modules_) {
    if (module->name() == name) return module.get();
  }
  return nullptr;
}

std::vector<std::string_view> Registry::names() const {
  std::vector<std::string_view> names;
  for (const auto& module : modules_) {
    names.push_back(module->name());
  }
  return names;
}

const std::vector<Module*>& Registry::in_phase(int32_t phase) const {
  return phases_[static_cast<size_t>(phase)];
}

const std::vector<Module*>& Registry::filtering(int32_t direction) const {
  return filters_[direction == TENON_FILTER_REQUEST ? 0 : 1];
}

void Registry::add(const config::ModuleRef& ref, Diagnostics& diagnostics) {
  std::error_code ignored;
  if (!std::filesystem::exists(to_path(ref.library()), ignored)) {
    return refuse(ref, "there is no such file" + missing_file_hint(ref), diagnostics);
  }
  const Result<const tenon_module*, Refusal> table = call_entry(ref);
  if (!table) return refuse(ref, table.error(), diagnostics);
  const std::vector<Refusal> findings = check(ref, **table);
  for (const Refusal& finding : findings) {
    refuse(ref, finding, diagnostics);
  }
  if (!findings.empty()) return;

  auto module = std::make_unique<Module>();
  module->table = *table;
  module->ref = ref;
  module->self.services = &services_;
  module->self.name = (*table)->name;
  module->options = {
      (*table)->name,
      std::string("module ") + (*table)->id + " " + (*table)->version,
      (*table)->options,
      (*table)->n_options};
  modules_.push_back(std::move(module));
}

// Only load() tells what a module offers: whoever needs a service waits until somebody offered it.
// The first of those that can be loaded is next, so that the order of `modules` decides the rest.
void Registry::load_added(Diagnostics& diagnostics) {
  std::vector<Module*> waiting;
  for (const auto& module : modules_) {
    waiting.push_back(module.get());
  }
  std::set<const Module*> refused;
  for (auto next = waiting.begin(); next != waiting.end();) {
    Module& module = **next;
    if (missing_need(module) != nullptr) {
      ++next;
      continue;
    }
    waiting.erase(next);
    if (!call_load(module, diagnostics)) refused.insert(&module);
    next = waiting.begin();
  }
  refuse_waiting(waiting, diagnostics);
  refused.insert(waiting.begin(), waiting.end());
  std::erase_if(modules_, [&](const auto& module) { return refused.contains(module.get()); });
}

const char* Registry::missing_need(const Module& module) const {
  const char* const* need = module.table->needs;
  for (; need != nullptr && *need != nullptr; ++need) {
    if (find_interface(*need) == nullptr && services_.runtime.offers.find(*need) == nullptr) {
      return *need;
    }
  }
  return nullptr;
}

void Registry::refuse_waiting(const std::vector<Module*>& waiting, Diagnostics& diagnostics) const {
  for (const Module* const module : waiting) {
    std::string others;
    for (const Module* const other : waiting) {
      if (other != module) others += (others.empty() ? "" : ", ") + quote(other->name());
    }
    const std::string hint =
        others.empty() ? "load the module that does" : "these wait for services too: " + others;
    refuse(
        module->ref,
        "it needs the service " + quote(missing_need(*module)) +
            ", which no loaded module offers; " + hint,
        diagnostics
    );
  }
}

std::vector<Refusal> Registry::check(const config::ModuleRef& ref, const tenon_module& table)
    const {
  std::vector<Refusal> findings = check_module(table);
  if (!findings.empty()) return findings;
  const std::string name = table.name;
  if (ref.by_name && name != ref.text) {
    findings.push_back(
        "it calls itself " + quote(name) + ", but modules = [" + quote(ref.text) +
        "] asks for a module of that name; rename the file to " + std::string(kFilePrefix) + name +
        " or write its path"
    );
  }
  for (const auto& other : modules_) {
    if (other->name() == name) {
      findings.push_back("its name " + quote(name) + " is that of " + other->ref.file + " too");
    } else if (std::string_view(other->table->id) == table.id) {
      findings.push_back("its id " + quote(table.id) + " is that of " + other->ref.file + " too");
    }
  }
  for (const char* const* need = table.needs; need != nullptr && *need != nullptr; ++need) {
    if (find_interface(*need) != nullptr || is_service_id(*need)) continue;
    findings.push_back(
        "it needs the interface " + quote(*need) + ", which this server does not offer"
    );
  }
  return findings;
}

std::string Registry::missing_file_hint(const config::ModuleRef& ref) const {
  if (!ref.by_name) return {};
  const std::filesystem::path path = to_path(ref.file);
  std::string hint = " (modules = [" + quote(ref.text) + "] means modules/" +
                     to_utf8(path.filename()) + " in the program's folder)";
  const std::vector<std::string> installed = installed_modules(path.parent_path());
  const std::string near = config::nearest(ref.text, {installed.begin(), installed.end()});
  if (!near.empty()) hint += "; did you mean " + quote(near) + "?";
  return hint;
}

// `find` gives the hook or filter of a module that is to be ordered, or null.
template <class Find>
std::vector<Module*> Registry::order_by(
    const std::string& what, Find find, Diagnostics& diagnostics
) const {
  std::vector<Module*> found;
  std::vector<HookWish> wishes;
  for (const auto& module : modules_) {
    const auto* const wish = find(*module);
    if (wish == nullptr) continue;
    found.push_back(module.get());
    wishes.push_back({module->table->id, wish->before, wish->after});
  }
  const HookOrder result = order_hooks(wishes);
  if (!result.cycle.empty()) {
    std::string ids;
    for (const std::string& id : result.cycle) {
      ids += (ids.empty() ? "" : ", ") + id;
    }
    diagnostics.error(
        found.front()->ref.place,
        "the modules " + ids + " each ask to run before one another " + what +
            "; load only some of them"
    );
  }
  std::vector<Module*> ordered;
  for (const size_t index : result.order) {
    ordered.push_back(found[index]);
  }
  return ordered;
}

void Registry::order(Diagnostics& diagnostics) {
  for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
    const auto find = [phase](const Module& module) { return module.hook(phase); };
    const std::string what = "in phase " + std::string(phase_name(phase));
    phases_[static_cast<size_t>(phase)] = order_by(what, find, diagnostics);
  }
  for (const int32_t direction : {TENON_FILTER_REQUEST, TENON_FILTER_RESPONSE}) {
    const auto find = [direction](const Module& module) { return module.filter(direction); };
    const bool request = direction == TENON_FILTER_REQUEST;
    const std::string what = request ? "as request filters" : "as response filters";
    filters_[request ? 0 : 1] = order_by(what, find, diagnostics);
  }
}

}  // namespace tenon::module
