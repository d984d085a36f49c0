// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/kernel_options.hpp"
#include "config/keys.hpp"
#include "config/option_value.hpp"
#include "server/description.hpp"

namespace tenon::server {
namespace {

using Json = nlohmann::ordered_json;

// A string with a variable may be anything once it is expanded.
constexpr char kVariable[] = "\\$\\{";

Json with_variable(const char* pattern) {
  return std::string(pattern) + "|" + kVariable;
}

Json strings() {
  return {{"type", "array"}, {"items", {{"type", "string"}}}};
}

// What `word` is out of, or a string with a variable.
Json one_of(const std::vector<std::string_view>& words) {
  Json all = Json::array();
  for (const std::string_view word : words) {
    all.push_back(std::string(word));
  }
  if (all.empty()) return {{"type", "string"}};  // draft 4 knows no empty enum
  return {{"anyOf", {{{"enum", all}}, {{"type", "string"}, {"pattern", kVariable}}}}};
}

Json to_json(const config::Node& node) {
  if (const bool* value = node.boolean()) return *value;
  if (const int64_t* value = node.integer()) return *value;
  if (const double* value = node.number()) return *value;
  if (const std::string* value = node.string()) return *value;
  if (const config::Node::Items* items = node.items()) {
    Json all = Json::array();
    for (const config::Node& item : *items) {
      all.push_back(to_json(item));
    }
    return all;
  }
  Json all = Json::object();
  if (node.table() == nullptr) return all;
  for (const config::TableNode::Entry& entry : node.table()->entries()) {
    all[entry.key] = to_json(entry.value);
  }
  return all;
}

// "\"30s\"" as JSON; null for what is no TOML.
Json toml_value(std::string_view text) {
  Diagnostics ignored;
  const auto document = config::Document::parse("", "x = " + std::string(text), ignored);
  if (document == nullptr || document->root().entries().size() != 1) return nullptr;
  return to_json(document->root().entries().front().value);
}

void add_range(const tenon_option& option, Json& out) {
  const auto add = [&](const char* key, double bound) {
    if (bound < -9e18 || bound > 9e18) return;  // what the type can hold anyway
    if (option.type == TENON_T_FLOAT) {
      out[key] = bound;
    } else {
      out[key] = static_cast<int64_t>(bound);
    }
  };
  if (option.min > option.max) return;
  add("minimum", option.min);
  add("maximum", option.max);
}

// `pattern` holds for strings only, `minimum` and `maximum` for numbers only.
Json one_value(const tenon_option& option) {
  Json out;
  switch (option.type) {
    case TENON_T_BOOL:
      return {{"type", "boolean"}};
    case TENON_T_INT:
    case TENON_T_FLOAT:
      out["type"] = option.type == TENON_T_INT ? "integer" : "number";
      add_range(option, out);
      return out;
    case TENON_T_DURATION_NS:
      out = {{"type", {"string", "integer"}}, {"pattern", with_variable("^[0-9]+(ms|s|m|h)$")}};
      out["minimum"] = out["maximum"] = 0;
      return out;
    case TENON_T_SIZE:
      out = {{"type", {"integer", "string"}}, {"pattern", with_variable("^[0-9]+([KMG]iB)?$")}};
      out["minimum"] = 0;
      add_range(option, out);
      return out;
    case TENON_T_ENUM:
      return one_of(split(option.choices, '|'));
    case TENON_T_STRING_MAP:
      return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    case TENON_T_PATH:
    case TENON_T_FILE:
      return {{"type", "string"}, {"minLength", 1}};
    default:
      return {{"type", "string"}};
  }
}

Json secret_value() {
  const Json file = {
      {"type", "object"},
      {"properties", {{"file", {{"type", "string"}, {"minLength", 1}}}}},
      {"required", {"file"}},
      {"additionalProperties", false}};
  return {{"anyOf", {{{"type", "string"}}, file}}};
}

Json option_schema(const tenon_option& option) {
  Json out = {{"title", option.name}, {"description", option.doc}};
  if (option.default_toml != nullptr) out["default"] = toml_value(option.default_toml);
  const bool secret = config::is_secret(option);
  if (secret) out["writeOnly"] = true;
  const Json one = secret ? secret_value() : one_value(option);
  if (config::is_list(option)) {
    out.update(Json{{"type", "array"}, {"items", one}});
  } else {
    out.update(one);
  }
  return out;
}

// The options of the table that may stand in the scope.
Json properties(const config::OptionTable& table, uint32_t scope) {
  Json all = Json::object();
  for (size_t i = 0; i < table.n_options; ++i) {
    const tenon_option& option = table.at(i);
    if ((option.scopes & scope) != 0) all[option.name] = option_schema(option);
  }
  return all;
}

Json table_schema(const std::string& title, const std::string& doc, Json properties) {
  return {
      {"title", title},
      {"description", doc},
      {"type", "object"},
      {"properties", std::move(properties)},
      {"additionalProperties", false}};
}

// A module's table, or false. (`not` and the two types instead of anyOf: editors complete the
// properties of an object, but not always those of one alternative.)
void add_modules(const Description& description, uint32_t scope, Json& out) {
  for (const DescribedModule& module : description.modules) {
    const std::string& name = module.options.name;
    Json table = table_schema(name, module.summary, properties(module.options, scope));
    table["type"] = {"object", "boolean"};
    table["not"] = {{"enum", {true}}};
    out[name] = std::move(table);
  }
}

// Title, description and default of a key of the kernel's own, and what the value is.
Json key_schema(const config::Section& section, std::string_view name, Json value) {
  Json out;
  for (const config::Key& key : section.keys) {
    if (key.name != name) continue;
    out = {{"title", std::string(name)}, {"description", std::string(key.doc)}};
    const Json standard = toml_value(key.default_value);
    if (!standard.is_null()) out["default"] = standard;
  }
  out.update(value);
  return out;
}

Json listener_schema() {
  const config::Section& section = config::listener_section();
  const Json address = {
      {"type", "string"}, {"pattern", with_variable("^([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[0-9]+$")}};
  Json keys;
  keys["name"] = key_schema(
      section, "name", {{"type", "string"}, {"pattern", with_variable("^[a-z][a-z0-9_]{0,31}$")}}
  );
  keys["address"] = key_schema(section, "address", address);
  Json table = table_schema("listener", "A listener with a name.", std::move(keys));
  table["required"] = {"address"};
  return {{"anyOf", {address, table}}};
}

Json server_schema() {
  const config::Section& section = config::server_section();
  Json keys;
  keys["mpm"] = key_schema(section, "mpm", {{"type", "string"}});
  keys["listen"] = key_schema(
      section, "listen", {{"type", "array"}, {"minItems", 1}, {"items", listener_schema()}}
  );
  keys["modules"] = key_schema(section, "modules", strings());
  for (const config::OptionTable& table : config::kernel_tables()) {
    const std::string name = table.name.substr(table.name.find('.') + 1);
    keys[name] = key_schema(
        section,
        name,
        {{"type", "object"},
         {"properties", properties(table, TENON_IN_SERVER)},
         {"additionalProperties", false}}
    );
  }
  return table_schema("server", "What the server itself is told.", std::move(keys));
}

Json route_schema(const Description& description) {
  const config::Section& section = config::route_section();
  std::vector<std::string_view> handlers;
  for (const DescribedModule& module : description.modules) {
    if (module.handles) handlers.push_back(module.options.name);
  }
  const Json method = {{"type", "string"}, {"minLength", 1}};
  Json keys;
  keys["path"] =
      key_schema(section, "path", {{"type", "string"}, {"pattern", with_variable("^/")}});
  keys["methods"] =
      key_schema(section, "methods", {{"type", "array"}, {"minItems", 1}, {"items", method}});
  keys["method"] = key_schema(section, "method", method);
  keys["handler"] = key_schema(section, "handler", one_of(handlers));
  add_modules(description, TENON_IN_ROUTE, keys);
  Json table = table_schema("route", "What answers which paths.", std::move(keys));
  table["required"] = {"path"};
  return table;
}

Json site_schema(const Description& description) {
  const config::Section& section = config::site_section();
  Json some = strings();
  some["minItems"] = 1;
  Json keys;
  keys["hosts"] = key_schema(section, "hosts", some);
  keys["listen"] = key_schema(section, "listen", some);
  keys["route"] =
      key_schema(section, "route", {{"type", "array"}, {"items", route_schema(description)}});
  add_modules(description, TENON_IN_SITE, keys);
  return table_schema("site", "What is served for some hosts.", std::move(keys));
}

Json mpm_schema(const Description& description) {
  Json keys = Json::object();
  for (const config::OptionTable& table : description.mpms) {
    const std::string name = table.name.substr(table.name.find('.') + 1);
    keys[name] = table_schema(
        table.name, "The options of the MPM " + name + ".", properties(table, TENON_IN_SERVER)
    );
  }
  Json out = table_schema("mpm", "The options of each MPM.", std::move(keys));
  out["additionalProperties"] = {{"type", "object"}};  // of an MPM that is not in use
  return out;
}

}  // namespace

Json make_schema(const Description& description) {
  Json keys;
  keys["server"] = server_schema();
  keys["mpm"] = mpm_schema(description);
  add_modules(description, TENON_IN_SERVER, keys);
  keys["site"] = key_schema(
      config::top_section(), "site", {{"type", "array"}, {"items", site_schema(description)}}
  );
  Json out = {{"$schema", "http://json-schema.org/draft-04/schema#"}};
  out.update(table_schema("Tenon", "The configuration of Tenon.", std::move(keys)));
  return out;
}

}  // namespace tenon::server
