// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "config/document.hpp"
#include "tests/unit/kernel/config/testing.hpp"
#include "tests/unit/places.hpp"

namespace tenon::config::testing {

// The text of config/tenon.toml in the source tree; empty where it cannot be read.
inline std::string shipped_file() {
  std::ifstream stream(source_folder() + "/config/tenon.toml", std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Whether the line is "# key = value": a default, as the file shows it.
inline bool shows_default(std::string_view line) {
  if (!line.starts_with("# ")) return false;
  line.remove_prefix(2);
  const size_t end = line.find(' ');
  return is_name(line.substr(0, end)) && line.substr(std::min(end, line.size())).starts_with(" = ");
}

// With all defaults as settings: what the comments say must be true.
inline std::string with_defaults_written(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    out += line.substr(shows_default(line) ? 2 : 0);
    out += '\n';
  }
  return out;
}

// The comments of [mpm.NAME] name every option of the MPM with its true default.
inline void expect_true_mpm_comments(
    const std::string& name, std::span<const tenon_option> options
) {
  ASSERT_FALSE(shipped_file().empty());
  const std::string text = with_defaults_written(shipped_file());
  const auto document = Document::parse("shipped", text, *std::make_unique<Diagnostics>());
  ASSERT_NE(document, nullptr);
  const TableNode* mpms = document->root().find("mpm")->value.table();
  ASSERT_NE(mpms->find(name), nullptr);
  const TableNode* node = mpms->find(name)->value.table();
  const OptionTable table = {"mpm." + name, "", options.data(), options.size()};
  const ScopedTable written[] = {{TENON_IN_SERVER, node}};
  Diagnostics diagnostics;

  const std::string root = "/";
  const auto with_comments = config::merge(table, written, {}, root, diagnostics);
  const auto with_defaults = config::merge(table, {}, {}, root, diagnostics);

  EXPECT_EQ(diagnostics.text(), "");
  EXPECT_TRUE(same_values(*with_comments, *with_defaults));
  const auto with_default =
      std::count_if(options.begin(), options.end(), [](const tenon_option& option) {
        return option.default_toml != nullptr;
      });
  EXPECT_EQ(node->entries().size(), static_cast<size_t>(with_default));
  EXPECT_EQ(lint(table), std::vector<std::string>());
}

}  // namespace tenon::config::testing
