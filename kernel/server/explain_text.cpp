// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "server/explain.hpp"

namespace tenon::server {
namespace {

using Json = nlohmann::ordered_json;

std::string heading(const char* text) {
  return std::string("\n") + text + "\n";
}

std::string lines(const char* title, const std::vector<Choice>& choices) {
  if (choices.empty()) return {};
  std::string out = heading(title);
  for (const Choice& choice : choices) {
    out += choice.taken ? "  * " : "    ";
    out += choice.what + ", " + choice.place.text() + ": " + choice.why + "\n";
  }
  return out;
}

Json choices_json(const std::vector<Choice>& choices) {
  Json all = Json::array();
  for (const Choice& choice : choices) {
    all.push_back(
        {{"what", choice.what},
         {"place", choice.place.text()},
         {"taken", choice.taken},
         {"why", choice.why}}
    );
  }
  return all;
}

std::string hook_lines(const Explanation& from) {
  if (from.hooks.empty()) return {};
  std::string out = heading("Hooks, in the order in which they run");
  for (const ExplainedHook& hook : from.hooks) {
    out += "    " + hook.phase + ": " + hook.module + (hook.in_pool ? " (in the pool)" : "") + "\n";
  }
  return out;
}

std::string module_lines(const ExplainedModule& module) {
  std::string out = heading(("Options of " + module.name).c_str());
  for (const ExplainedOption& option : module.options) {
    out += "    " + option.name + " = " + option.value + "  (" + option.where + ")\n";
  }
  return module.options.empty() ? "" : out;
}

}  // namespace

std::string to_text(const Explanation& from) {
  std::string out = from.method + " " + printable(from.path);
  if (!from.query.empty()) out += "?" + printable(from.query);
  out += from.host.empty() ? " without a host\n" : " on the host " + printable(from.host) + "\n";
  out += lines("Listeners", from.listeners);
  out += lines("Sites", from.sites);
  out += lines("Routes", from.routes);
  out += hook_lines(from);
  for (const ExplainedModule& module : from.modules) {
    out += module_lines(module);
  }
  out += heading("Outcome") + "    " + from.outcome + "\n";
  if (!from.file.empty()) out += "    it looks for " + printable(from.file) + "\n";
  return out;
}

Json to_json(const Explanation& from) {
  Json out = {
      {"method", from.method}, {"host", from.host}, {"path", from.path}, {"query", from.query}};
  out["listeners"] = choices_json(from.listeners);
  out["sites"] = choices_json(from.sites);
  out["routes"] = choices_json(from.routes);
  out["hooks"] = Json::array();
  for (const ExplainedHook& hook : from.hooks) {
    out["hooks"].push_back(
        {{"phase", hook.phase}, {"module", hook.module}, {"run", hook.in_pool ? "pool" : "loop"}}
    );
  }
  out["modules"] = Json::array();
  for (const ExplainedModule& module : from.modules) {
    Json options = Json::array();
    for (const ExplainedOption& option : module.options) {
      options.push_back({{"name", option.name}, {"value", option.value}, {"where", option.where}});
    }
    out["modules"].push_back(
        {{"name", module.name}, {"handler", module.handles}, {"options", options}}
    );
  }
  if (!from.file.empty()) out["file"] = from.file;
  if (from.status > 0) out["status"] = from.status;
  out["outcome"] = from.outcome;
  return out;
}

}  // namespace tenon::server
