// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "config/config.hpp"
#include "config/findings.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace tenon::config {
namespace {

// What is served where nobody wrote a configuration; also the shortest example of one.
constexpr char kBuiltInName[] = "built-in configuration";
constexpr std::string_view kBuiltIn = R"([server]
listen = ["127.0.0.1:8080"]
modules = ["static"]

[[site]]
  [[site.route]]
  path = "/*"
  handler = "static"
  static.root = "htdocs"
)";

std::shared_ptr<const Document> parse_document(const Snapshot& snapshot, Diagnostics& diagnostics) {
  std::vector<Source> sources;
  for (const SnapshotFile& file : snapshot.files) {
    sources.push_back({file.path, file.bytes});
  }
  if (sources.empty()) sources.push_back({kBuiltInName, kBuiltIn});
  return Document::parse(sources, snapshot.environment, diagnostics);
}

// [mpm.winnt] and its like: only the table of the chosen MPM is looked into.
void read_mpm_tables(const Node& node, Config& config, Diagnostics& diagnostics) {
  if (node.table() == nullptr) {
    const std::string text = "an MPM is chosen by mpm in [server] and set up in [mpm.NAME]";
    add_error(diagnostics, node.place(), text);
    return;
  }
  for (const TableNode::Entry& entry : node.table()->entries()) {
    const std::string key = printable(entry.key);
    const TableNode* table = entry.value.table();
    if (table == nullptr) {
      const std::string text =
          "mpm." + key + " is an option outside of an MPM's table; write it in";
      add_error(diagnostics, entry.place, text + " [mpm." + config.mpm + "]");
    } else if (entry.key == config.mpm) {
      config.mpm_table = {table, false, entry.place};
    }
  }
}

bool is_listed(const Config& config, std::string_view name) {
  for (const ModuleRef& module : config.modules) {
    if (module.text == name) return true;
  }
  return false;
}

// "[sever]" could be the table of a module that a path names; else it is a slip of the pen.
bool is_misspelt(const Config& config, const TableNode::Entry& entry) {
  for (const ModuleRef& module : config.modules) {
    if (!module.by_name) return false;
  }
  return !is_listed(config, entry.key) && !nearest(entry.key, top_section().names()).empty();
}

void read_top_key(const TableNode::Entry& entry, Config& config, Diagnostics& diagnostics) {
  if (entry.key == "server") {
    expect_table(entry.value, "server", diagnostics);
  } else if (entry.key == "mpm") {
    read_mpm_tables(entry.value, config, diagnostics);
  } else if (entry.key == "site") {
    read_sites(entry.value, config, diagnostics);
  } else if (is_misspelt(config, entry)) {
    add_unknown(top_section(), entry, diagnostics);
  } else {
    add_module_table(top_section(), entry, config.tables, diagnostics);
  }
}

void read_all(const TableNode& root, Config& config, Diagnostics& diagnostics) {
  const TableNode::Entry* server = root.find("server");
  read_server(server != nullptr ? server->value.table() : nullptr, config, diagnostics);
  for (const TableNode::Entry& entry : root.entries()) {
    read_top_key(entry, config, diagnostics);
  }
  if (root.find("site") == nullptr) {
    const std::string text = "there is no [[site]]: every request is answered with 404";
    add_warning(diagnostics, {config.document->file()}, text);
  }
}

void note_copies(const Snapshot& snapshot, Config& config) {
  for (ModuleRef& module : config.modules) {
    for (const ModuleCopy& copied : snapshot.module_copies) {
      if (copied.file == module.file) module.copy = copied.copy;
    }
  }
}

}  // namespace

Config parse(const Snapshot& snapshot, Diagnostics& diagnostics) {
  Config config;
  config.roots = snapshot.roots;
  config.files = std::make_shared<OptionFiles>(snapshot.option_files);
  config.document = parse_document(snapshot, diagnostics);
  if (config.document == nullptr) return config;
  Diagnostics findings;
  read_all(config.document->root(), config, findings);
  note_copies(snapshot, config);
  append_in_order(diagnostics, findings, config.document->files());
  return config;
}

}  // namespace tenon::config
