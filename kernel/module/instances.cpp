// SPDX-License-Identifier: Apache-2.0
#include "module/instances.hpp"

#include <string>
#include <utility>

#include "base/text.hpp"

namespace tenon::module {
namespace {

// Calls a module's function on its configuration while its findings are welcome. A failure that
// left no finding becomes one.
template <class Call>
bool judge(Instance& instance, Diagnostics& diagnostics, Call call) {
  Diagnostics findings;
  instance.cfg->findings = &findings;
  const tenon_status status = call();
  instance.cfg->findings = nullptr;
  const std::string why =
      config::without_secrets(*instance.cfg, instance.module->self.take_error());
  if (status != TENON_OK && !findings.has_errors()) {
    const std::string reason =
        why.empty() ? "it gave no reason (status " + std::to_string(status) + ")" : why;
    findings.error(
        instance.place,
        "module " + quote(instance.module->name()) + " refuses this configuration: " + reason
    );
  }
  const bool good = !findings.has_errors();
  for (const Diagnostic& item : findings.items()) {
    if (item.severity == Severity::Error) {
      diagnostics.error(item.place, item.text);
    } else {
      diagnostics.warning(item.place, item.text);
    }
  }
  return good;
}

}  // namespace

Instance& Instances::share(Module& module, std::unique_ptr<tenon_cfg> cfg, const Place& place) {
  for (const auto& instance : instances_) {
    if (instance->module == &module && config::same_values(*instance->cfg, *cfg)) return *instance;
  }
  instances_.push_back(std::make_unique<Instance>());
  Instance& instance = *instances_.back();
  instance.module = &module;
  instance.cfg = std::move(cfg);
  instance.place = place;
  return instance;
}

void Instances::check(Diagnostics& diagnostics) {
  for (const auto& instance : instances_) {
    Module& module = *instance->module;
    if (module.table->check == nullptr) continue;
    judge(*instance, diagnostics, [&] {
      const InStage stage(module.self, tenon_self::Stage::Check);
      return module.table->check(&module.self, instance->cfg.get());
    });
  }
}

void Instances::create(Diagnostics& diagnostics) {
  for (const auto& instance : instances_) {
    Module& module = *instance->module;
    if (module.table->create == nullptr) continue;
    const bool good = judge(*instance, diagnostics, [&] {
      const InStage stage(module.self, tenon_self::Stage::Create);
      return module.table->create(&module.self, instance->cfg.get(), &instance->object);
    });
    instance->created = good;
  }
}

void Instances::destroy() {
  while (!instances_.empty()) {
    const Instance& last = *instances_.back();
    if (last.created && last.module->table->destroy != nullptr) {
      last.module->table->destroy(last.object);
    }
    instances_.pop_back();
  }
}

}  // namespace tenon::module
