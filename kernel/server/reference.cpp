// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "config/describe.hpp"
#include "config/kernel_options.hpp"
#include "config/keys.hpp"
#include "config/option_value.hpp"
#include "server/description.hpp"

namespace tenon::server {
namespace {

constexpr std::string_view kHead = R"(# Reference of the configuration

Made by `tenon modules --docs`: every key of the kernel, of the MPM and of the modules that a
configuration loads. What types, variables and files are is in [README.md](README.md).
)";

// As a cell of a table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + cell(text) + "`";
}

// TOML is code; words are not.
std::string default_cell(std::string_view text) {
  const bool words = text.find(' ') != std::string_view::npos && text.front() != '[' &&
                     text.front() != '{' && !(text.front() == '"' && text.back() == '"');
  return words ? cell(text) : code(text);
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& text : cells) {
    out += text.empty() ? " |" : " " + text + " |";
  }
  return out + "\n";
}

std::string head(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (size_t i = 0; i < cells.size(); ++i) {
    line += "---|";
  }
  return row(cells) + line + "\n";
}

std::string keys_of(const std::string& title, const config::Section& section) {
  std::string out = "\n## " + title + "\n\n" + head({"key", "type", "default", "what it says"});
  for (const config::Key& key : section.keys) {
    out += row(
        {code(key.name),
         cell(key.type),
         key.default_value.empty() ? "" : default_cell(key.default_value),
         cell(key.doc)}
    );
  }
  return out;
}

bool is_required(const tenon_option& option) {
  return (option.flags & TENON_OPT_REQUIRED) != 0;
}

std::string default_of(const tenon_option& option) {
  if (option.default_toml != nullptr) return code(option.default_toml);
  return is_required(option) ? "must be given" : "";
}

// `scopes`: with a column that tells where an option may be written.
std::string options_of(const config::OptionTable& table, bool scopes) {
  if (table.n_options == 0) return "It has no options.\n";
  std::vector<std::string> titles = {"option", "type", "default", "limits", "what it says"};
  if (scopes) titles.insert(titles.begin() + 4, "where");
  std::string out = head(titles);
  for (size_t i = 0; i < table.n_options; ++i) {
    const tenon_option& option = table.at(i);
    std::vector<std::string> cells = {
        code(option.name),
        cell(config::type_word(option)),
        default_of(option),
        cell(config::limits_text(option)),
        cell(option.doc)};
    if (scopes) {
      const std::string where = config::scopes_text(option.scopes, table.name);
      cells.insert(cells.begin() + 4, option.scopes == TENON_IN_ALL ? "everywhere" : where);
    }
    out += row(cells);
  }
  return out;
}

std::string module_section(const DescribedModule& module) {
  std::string out = "\n## [" + module.options.name + "]\n\n";
  out += "The module " + module.id;
  if (!module.summary.empty()) out += ": " + module.summary;
  out += ". ";
  if (module.handles) out += "A route names it as its `handler`. ";
  if (module.has_table) out += "Its hooks run wherever it has a table. ";
  out.back() = '\n';
  return out + "\n" + options_of(module.options, true);
}

}  // namespace

std::string make_reference(const Description& description) {
  std::string out(kHead);
  out += keys_of("[server]", config::server_section());
  out += keys_of("A listener of server.listen", config::listener_section());
  for (const config::OptionTable& table : config::kernel_tables()) {
    out += "\n## [" + table.name + "]\n\n" + options_of(table, false);
  }
  for (const config::OptionTable& table : description.mpms) {
    out += "\n## [" + table.name + "]\n\n" + options_of(table, false);
  }
  out += keys_of("[[site]]", config::site_section());
  out += keys_of("[[site.route]]", config::route_section());
  for (const DescribedModule& module : description.modules) {
    out += module_section(module);
  }
  return out;
}

}  // namespace tenon::server
