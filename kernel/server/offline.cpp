// SPDX-License-Identifier: Apache-2.0
#include "server/offline.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "module/descriptor.hpp"
#include "server/explain.hpp"
#include "server/loaded.hpp"

namespace tenon::server {
namespace {

void print_findings(const Diagnostics& findings, const Console& console) {
  const std::string text = findings.text();
  if (!text.empty()) console.err(text + "\n");
}

using Row = std::array<std::string, 5>;

std::string phases_of(const module::Module& module) {
  std::string phases;
  for (int32_t phase = TENON_PH_POST_READ; phase <= TENON_PH_LOG; ++phase) {
    if (module.hook(phase) == nullptr) continue;
    phases += (phases.empty() ? "" : ",") + std::string(module::phase_name(phase));
  }
  return phases;
}

std::string format_table(const std::vector<Row>& rows) {
  Row::size_type width[std::tuple_size_v<Row>] = {};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      width[i] = std::max(width[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(width[i] - row[i].size() + 2, ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

// Describes what is loaded, mistakes or not in how it is used: an editor needs the schema most
// while the file is being written. What cannot be loaded cannot be described.
template <class Make>
int describe(const Program& program, const Console& console, Make make) {
  Loaded loaded(program);
  loaded.load_mpm();
  loaded.load_modules();
  print_findings(loaded.findings, console);
  if (loaded.findings.has_errors()) return kExitUsage;
  console.out(make(loaded.describe()));
  return kExitDone;
}

}  // namespace

int check(const Program& program, const Console& console) {
  Loaded loaded(program);
  loaded.load_mpm();
  loaded.load_modules();
  loaded.compile_routes();
  print_findings(loaded.findings, console);
  if (loaded.findings.has_errors()) return kExitUsage;
  const auto& files = loaded.snapshot().files;
  console.out("Configuration OK: " + (files.empty() ? "built-in" : files.front().path) + "\n");
  return kExitDone;
}

int list_modules(const Program& program, const Console& console) {
  Loaded loaded(program);
  loaded.load_modules();
  print_findings(loaded.findings, console);
  std::vector<Row> rows = {{"NAME", "VERSION", "ID", "PHASES", "FILE"}};
  for (const auto& module : loaded.registry().modules()) {
    rows.push_back(
        {module->name(),
         module->table->version,
         module->table->id,
         phases_of(*module),
         module->ref.file}
    );
  }
  if (rows.size() > 1) console.out(format_table(rows));
  return loaded.findings.has_errors() ? kExitUsage : kExitDone;
}

int show_reference(const Program& program, const Console& console) {
  return describe(program, console, make_reference);
}

int show_schema(const Program& program, const Console& console) {
  return describe(program, console, [](const Description& description) {
    return make_schema(description).dump(2) + "\n";
  });
}

int explain(const Program& program, const Question& question, bool json, const Console& console) {
  Loaded loaded(program);
  loaded.load_mpm();
  loaded.load_modules();
  std::vector<route::Site> sites = loaded.compile_routes();
  print_findings(loaded.findings, console);
  if (loaded.findings.has_errors()) return kExitUsage;
  const Result<Explanation, std::string> explained =
      explain(loaded, route::Router(std::move(sites)), question);
  if (!explained) {
    console.err("tenon: error: " + explained.error() + "\n");
    return kExitUsage;
  }
  console.out(json ? to_json(*explained).dump(2) + "\n" : to_text(*explained));
  return kExitDone;
}

}  // namespace tenon::server
