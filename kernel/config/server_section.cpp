// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "config/findings.hpp"
#include "config/kernel_options.hpp"
#include "config/keys.hpp"
#include "config/paths.hpp"
#include "config/sections.hpp"

namespace tenon::config {
namespace {

constexpr std::string_view kExample = "[\"static\"]";

bool has_slash(std::string_view text) {
  return text.find_first_of("/\\") != std::string_view::npos;
}

// "mod_static.so" and "Static" mean the module that is named static here.
std::string bare_name(std::string_view text) {
  std::string name = to_lower(text);
  name.resize(std::min(name.find('.'), name.size()));
  for (const std::string_view prefix : {"mod_", "mpm_"}) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  if (name.ends_with("_module")) name.resize(name.size() - std::string_view("_module").size());
  return name;
}

std::string not_a_name(std::string_view text, const std::string& what) {
  const std::string name = bare_name(text);
  const std::string advice = is_name(name) && !is_reserved(name)
                                 ? "; did you mean " + quote(name) + "?"
                                 : "; use small letters, digits and _";
  return quote(text) + " is not the name of " + what + advice;
}

void read_mpm(const Node& node, Config& config, Diagnostics& diagnostics) {
  const std::string* name = expect_string(node, "server.mpm", diagnostics);
  if (name == nullptr) return;
  config.mpm = *name;
  config.mpm_place = node.place();
  if (is_name(*name) && !name->starts_with("mpm_")) return;
  add_error(diagnostics, node.place(), not_a_name(*name, "an MPM"));
}

// False when the text names no file.
bool read_module(
    const Node& item, ModuleRef& module, const Roots& roots, Diagnostics& diagnostics
) {
  const std::string* text = expect_string(item, "the name of a module", diagnostics);
  if (text == nullptr) return false;
  module.text = *text;
  module.place = item.place();
  if (has_slash(*text)) {
    const Result<std::string, std::string> path = resolve_path(roots.data, *text);
    if (path) {
      module.file = *path;
      return true;
    }
    add_error(diagnostics, item.place(), "the path " + quote(*text) + " " + path.error());
    return false;
  }
  if (!is_name(*text) || is_reserved(*text) || text->starts_with("mod_")) {
    add_error(diagnostics, item.place(), not_a_name(*text, "a module, nor a path with a '/'"));
    return false;
  }
  module.by_name = true;
  module.file = roots.program + "/modules/mod_" + *text + std::string(kModuleSuffix);
  return true;
}

bool is_listed(const ModuleRef& module, const Config& config, Diagnostics& diagnostics) {
  for (const ModuleRef& other : config.modules) {
    if (!same_path(other.file, module.file)) continue;
    const std::string text = "the module " + quote(module.text) + " is listed twice";
    add_error(diagnostics, module.place, text + "; the first is at " + other.place.text());
    return true;
  }
  return false;
}

void read_modules(const Node& node, Config& config, Diagnostics& diagnostics) {
  const Node::Items* items = expect_array(node, "server.modules", kExample, diagnostics);
  if (items == nullptr) return;
  if (items->size() > limits::kModulesMax) {
    const std::string most = std::to_string(limits::kModulesMax);
    add_error(diagnostics, node.place(), "server.modules has more than " + most + " modules");
    return;
  }
  for (const Node& item : *items) {
    ModuleRef module;
    if (!read_module(item, module, config.roots, diagnostics)) continue;
    if (!is_listed(module, config, diagnostics)) config.modules.push_back(std::move(module));
  }
}

const TableNode* table_of(
    const TableNode* server,
    std::string_view key,
    std::string_view subject,
    Diagnostics& diagnostics
) {
  const TableNode::Entry* entry = server != nullptr ? server->find(key) : nullptr;
  return entry != nullptr ? expect_table(entry->value, subject, diagnostics) : nullptr;
}

}  // namespace

void read_server(const TableNode* table, Config& config, Diagnostics& diagnostics) {
  const TableNode::Entry* mpm = table != nullptr ? table->find("mpm") : nullptr;
  const TableNode::Entry* modules = table != nullptr ? table->find("modules") : nullptr;
  const TableNode::Entry* listen = table != nullptr ? table->find("listen") : nullptr;
  const Place where = table != nullptr ? table->place() : Place{config.document->file()};
  config.mpm = default_mpm();
  config.mpm_place = where;
  if (mpm != nullptr) read_mpm(mpm->value, config, diagnostics);
  if (modules != nullptr) read_modules(modules->value, config, diagnostics);
  read_listeners(listen != nullptr ? &listen->value : nullptr, where, config, diagnostics);
  const TableNode* limits = table_of(table, "limits", "server.limits", diagnostics);
  const TableNode* timeouts = table_of(table, "timeouts", "server.timeouts", diagnostics);
  const TableNode* log = table_of(table, "log", "server.log", diagnostics);
  config.limits = read_limits(limits, diagnostics);
  config.timeouts = read_timeouts(timeouts, diagnostics);
  config.log = read_log(log, config.roots.data, diagnostics);
  if (table == nullptr) return;
  for (const TableNode::Entry& entry : table->entries()) {
    if (!server_section().has(entry.key)) add_unknown(server_section(), entry, diagnostics);
  }
}

}  // namespace tenon::config
