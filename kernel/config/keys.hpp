// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.hpp"
#include "config/config.hpp"
#include "config/document.hpp"

namespace tenon::config {

// A key of the kernel's own, as the reference shows it.
struct Key {
  std::string_view name;
  std::string_view type;           // "array of strings"
  std::string_view default_value;  // TOML text, or words; "": none
  std::string_view doc;            // a sentence
};

// A kind of table of the kernel's: how messages name it, and the keys it has.
struct Section {
  std::string_view name;
  std::vector<Key> keys;

  bool has(std::string_view key) const;
  std::vector<std::string_view> names() const;
};

const Section& top_section();
const Section& server_section();
const Section& listener_section();
const Section& site_section();
const Section& route_section();

// A key that the section does not have, with what may have been meant.
void add_unknown(const Section& section, const TableNode::Entry& entry, Diagnostics& diagnostics);

// A key that is not the section's own, where modules' tables may be: a table, or `false`.
void add_module_table(
    const Section& section,
    const TableNode::Entry& entry,
    ModuleTables& tables,
    Diagnostics& diagnostics
);

// Null, and a finding that names both types, when the value is of another type. `subject` is how
// the message names the value: "server.mpm".
const std::string* expect_string(
    const Node& node, std::string_view subject, Diagnostics& diagnostics
);
const Node::Items* expect_array(
    const Node& node, std::string_view subject, std::string_view example, Diagnostics& diagnostics
);
const TableNode* expect_table(const Node& node, std::string_view subject, Diagnostics& diagnostics);

}  // namespace tenon::config
