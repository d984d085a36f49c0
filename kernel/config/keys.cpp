// SPDX-License-Identifier: Apache-2.0
#include "config/keys.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/findings.hpp"
#include "config/spellings.hpp"

namespace tenon::config {
namespace {

// DESIGN: the words that no module may be named by, in use or kept for later.
constexpr std::string_view kReserved[] = {
    "server",   "mpm",     "site",    "route", "path",        "hosts",     "host",  "methods",
    "method",   "handler", "listen",  "name",  "address",     "match",     "query", "limits",
    "timeouts", "log",     "include", "env",   "error_pages", "variables", "tenon"};

// Where a key that was written in the wrong table belongs, or "".
std::string home_of(std::string_view key) {
  std::vector<std::string_view> homes;
  if (key == "server") homes.push_back("the top level");
  for (const Section* section : {&server_section(), &site_section(), &route_section()}) {
    if (section->has(key)) homes.push_back(section->name);
  }
  return join(homes, " or ");
}

void add_wrong_type(
    const Node& node, std::string_view subject, const std::string& wanted, Diagnostics& diagnostics
) {
  const std::string type(node.type_name());
  const std::string text = std::string(subject) + " must be " + wanted + ", not " + type;
  add_error(diagnostics, node.place(), text);
}

}  // namespace

bool Section::has(std::string_view key) const {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

const Section& top_section() {
  static const Section section = {"the top level", {"server", "mpm", "site"}};
  return section;
}

const Section& server_section() {
  static const Section section = {
      "[server]", {"mpm", "listen", "modules", "limits", "timeouts", "log"}};
  return section;
}

const Section& listener_section() {
  static const Section section = {"a listener", {"name", "address"}};
  return section;
}

const Section& site_section() {
  static const Section section = {"a [[site]]", {"hosts", "listen", "route"}};
  return section;
}

const Section& route_section() {
  static const Section section = {"a [[site.route]]", {"path", "methods", "method", "handler"}};
  return section;
}

void add_unknown(const Section& section, const TableNode::Entry& entry, Diagnostics& diagnostics) {
  const std::string home = home_of(entry.key);
  if (!home.empty()) {
    const std::string text = quote(entry.key) + " belongs in " + home;
    add_error(diagnostics, entry.place, text + ", not in " + std::string(section.name));
    return;
  }
  const std::string text = "unknown option " + quote(entry.key) + " in ";
  const std::string name(section.name);
  add_error(diagnostics, entry.place, text + name + hint(entry.key, section.keys));
}

void add_module_table(
    const Section& section,
    const TableNode::Entry& entry,
    ModuleTables& tables,
    Diagnostics& diagnostics
) {
  const bool may_be_module = is_name(entry.key) && !is_reserved(entry.key);
  const bool is_table = entry.value.table() != nullptr;
  if (may_be_module && (is_table || entry.value.is_false())) {
    tables[entry.key] = {entry.value.table(), !is_table, entry.place};
  } else if (may_be_module && entry.value.boolean() != nullptr) {
    const std::string key = printable(entry.key);
    const std::string text = key + " must be a table of the module's options, or false";
    add_error(diagnostics, entry.value.place(), text + " to switch it off; for none write {}");
  } else {
    add_unknown(section, entry, diagnostics);
  }
}

const std::string* expect_string(
    const Node& node, std::string_view subject, Diagnostics& diagnostics
) {
  if (node.string() == nullptr) add_wrong_type(node, subject, "a string", diagnostics);
  return node.string();
}

const Node::Items* expect_array(
    const Node& node, std::string_view subject, std::string_view example, Diagnostics& diagnostics
) {
  const std::string wanted = "an array of strings such as " + std::string(example);
  if (node.items() == nullptr) add_wrong_type(node, subject, wanted, diagnostics);
  return node.items();
}

const TableNode* expect_table(
    const Node& node, std::string_view subject, Diagnostics& diagnostics
) {
  if (node.table() == nullptr) add_wrong_type(node, subject, "a table", diagnostics);
  return node.table();
}

bool is_reserved(std::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

}  // namespace tenon::config
