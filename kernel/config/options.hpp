// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <tenon/option.h>

#include "base/diagnostics.hpp"

namespace tenon::config {

// A module's or MPM's table in the parsed configuration; owned by its Document.
class TableNode;
class OptionFiles;

// One value of one option: what tenon_cfg_api reads.
using StringPairs = std::vector<std::pair<std::string, std::string>>;
using Value = std::variant<
    std::monostate,
    int64_t,
    double,
    std::string,
    std::vector<int64_t>,
    std::vector<std::string>,
    StringPairs>;

// What an option table belongs to, for messages: the module "hello", or the MPM "winnt".
struct OptionTable {
  std::string name;   // "hello": as the table is called in the config, "mpm.winnt" for MPMs
  std::string owner;  // "module com.example.hello 1.0.0"
  const tenon_option* options = nullptr;  // walked by the first element's struct_size
  size_t n_options = 0;

  const tenon_option& at(size_t index) const;
};

// Programming errors of the module's author (no name, bad default, no scope ...), one sentence
// each.
std::vector<std::string> lint(const OptionTable& table);

}  // namespace tenon::config

// Validated and merged options, as modules see them. Immutable after merge().
struct tenon_cfg {
  const tenon::config::OptionTable* table = nullptr;
  std::vector<tenon::config::Value> values;  // by option index; monostate: not given, no default
  std::vector<tenon::Place> places;          // by option index; of the value, else of the table
  std::vector<uint32_t> scopes;              // by option index; where it is written, 0: nowhere
  tenon::Place where;                        // of the innermost table; where an option lacks one
  tenon::Diagnostics* findings = nullptr;    // set while diag() is allowed
};

namespace tenon::config {

// One written table and the scope it is in: TENON_IN_SERVER, _SITE or _ROUTE.
struct ScopedTable {
  uint32_t scope = 0;
  const TableNode* node = nullptr;
};

// What values are read with, besides what is written.
struct Surroundings {
  Surroundings(const std::string& root, OptionFiles* option_files = nullptr)
      : data_root(root),
        files(option_files) {}

  const std::string& data_root;  // what a relative path is below
  OptionFiles* files;            // null: no option names a file
};

// Checks every given table against the option table and merges them, outer first; an inner value
// replaces an outer one. Findings go to `diagnostics`; the result is complete even then. `where`
// is the place to name for a required option that is missing.
std::unique_ptr<tenon_cfg> merge(
    const OptionTable& table,
    std::span<const ScopedTable> tables,
    const Place& where,
    const Surroundings& surroundings,
    Diagnostics& diagnostics
);

// `text` with the values of all secrets of `cfg` taken out: what a module says of its options is
// shown to more people than its options.
std::string without_secrets(const tenon_cfg& cfg, std::string text);

// Whether both hold the same values: then one instance serves both.
bool same_values(const tenon_cfg& a, const tenon_cfg& b);

// The table of functions that modules and MPMs read options with.
const tenon_cfg_api& cfg_api();

}  // namespace tenon::config
