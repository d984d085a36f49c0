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
  return std::any_of(keys.begin(), keys.end(), [&](const Key& own) { return own.name == key; });
}

std::vector<std::string_view> Section::names() const {
  std::vector<std::string_view> all;
  for (const Key& key : keys) {
    all.push_back(key.name);
  }
  return all;
}

const Section& top_section() {
  static const Section section = {
      "the top level",
      {{"server", "table", "", "What the server itself is told."},
       {"mpm", "table of tables", "", "The options of each MPM; only the chosen one's are read."},
       {"site", "array of tables", "", "What is served where; without any, all is 404."}}};
  return section;
}

const Section& server_section() {
  static const Section section = {
      "[server]",
      {{"mpm",
        "name",
        "\"winnt\" on Windows, \"event\" elsewhere",
        "The multi-processing module: bin/mpm_NAME.dll (.so)."},
       {"listen",
        "array of listeners",
        "[\"127.0.0.1:8080\"]",
        "Where to listen: \"ADDRESS:PORT\", or { name = \"admin\", address = \"ADDRESS:PORT\" }."},
       {"modules",
        "array of strings",
        "[]",
        "The modules to load: a name is modules/mod_NAME.dll (.so); a text with a '/' is a path."},
       {"limits", "table", "", "How large requests may be."},
       {"timeouts", "table", "", "How long clients may take."},
       {"log", "table", "", "The error log."}}};
  return section;
}

const Section& listener_section() {
  static const Section section = {
      "a listener",
      {{"name", "name", "\"default\"", "How sites call the listener; each name is given once."},
       {"address", "string", "", "A numeric address with a port; port 0: the system chooses."}}};
  return section;
}

const Section& site_section() {
  static const Section section = {
      "a [[site]]",
      {{"hosts",
        "array of strings",
        "none: the default site",
        "The hosts of the site, without ports; \"*.example.com\" is every host below it."},
       {"listen", "array of names", "every listener", "The listeners that serve the site."},
       {"route", "array of tables", "", "The routes, which are tried in their order."}}};
  return section;
}

const Section& route_section() {
  static const Section section = {
      "a [[site.route]]",
      {{"path",
        "string",
        "",
        "What the route takes: \"/status\" that path, \"/files/*\" all below /files/."},
       {"methods", "array of strings", "every method", "The methods it takes; GET includes HEAD."},
       {"method", "string", "", "The same for one method."},
       {"handler", "name", "none: 404", "The module that answers."}}};
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
  add_error(diagnostics, entry.place, text + name + hint(entry.key, section.names()));
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
