// SPDX-License-Identifier: Apache-2.0
// The only file that sees toml++: it costs seconds to compile.
#include "config/document.hpp"

#define TOML_ENABLE_FORMATTERS 0
#include <algorithm>
#include <tuple>

#include <toml++/toml.h>

#include "base/text.hpp"
#include "config/spellings.hpp"

namespace tenon::config {
namespace {

// toml++ frees nested tables by recursion and bounds only the nesting of values: a key with this
// many dots is refused before it can exhaust the stack.
constexpr ptrdiff_t kDotsInLineMax = 1000;

std::string_view line_at(std::string_view bytes, uint32_t line) {
  while (line > 1 && !bytes.empty()) {
    bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
    --line;
  }
  return bytes.substr(0, bytes.find('\n'));
}

bool check_depth(const std::string& file, std::string_view bytes, Diagnostics& diagnostics) {
  uint32_t number = 0;
  for (const std::string_view line : split(bytes, '\n')) {
    ++number;
    if (line.starts_with('#')) continue;
    if (std::count(line.begin(), line.end(), '.') <= kDotsInLineMax) continue;
    diagnostics.error({file, number, 1}, "this line has over 1000 dots: no key is that deep");
    return false;
  }
  return true;
}

// "Error while parsing value: could not ..." reads as "not valid TOML (value): could not ...".
std::string plain(std::string_view description) {
  constexpr std::string_view kOpening = "Error while parsing ";
  if (!description.starts_with(kOpening)) return "not valid TOML: " + printable(description);
  description.remove_prefix(kOpening.size());
  const size_t colon = std::min(description.find(':'), description.size());
  const std::string what(description.substr(0, colon));
  return "not valid TOML (" + what + ")" + printable(description.substr(colon));
}

// A line of another server's configuration is told as such: "Listen 80", "<VirtualHost *:80>".
std::string foreign_hint(std::string_view line) {
  line = trim(line);
  while (line.starts_with('<') || line.starts_with('/')) {
    line.remove_prefix(1);
  }
  const std::string_view advice = advice_for(line.substr(0, line.find_first_of(" \t>={\r")));
  return advice.empty() ? std::string() : "; in Tenon write " + std::string(advice);
}

class Converter {
 public:
  explicit Converter(const std::string& file) : file_(file) {}

  std::unique_ptr<const TableNode> table(const toml::table& from) const {
    std::vector<TableNode::Entry> entries;
    entries.reserve(from.size());
    for (const auto& [key, value] : from) {
      const toml::source_position at = key.source().begin;
      entries.push_back({std::string(key.str()), {file_, at.line, at.column}, node(value)});
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      return std::tie(a.place.line, a.place.column, a.key) <
             std::tie(b.place.line, b.place.column, b.key);
    });
    const toml::source_position at = from.source().begin;
    return std::make_unique<TableNode>(Place{file_, at.line, at.column}, std::move(entries));
  }

 private:
  Node node(const toml::node& from) const {
    const toml::source_position at = from.source().begin;
    return Node(file_, at.line, at.column, data(from));
  }

  Node::Data data(const toml::node& from) const {
    if (const auto* value = from.as_table()) return table(*value);
    if (const auto* value = from.as_array()) return items(*value);
    if (const auto* value = from.as_string()) return value->get();
    if (const auto* value = from.as_integer()) return value->get();
    if (const auto* value = from.as_floating_point()) return value->get();
    if (const auto* value = from.as_boolean()) return value->get();
    return DateTime{};
  }

  Node::Items items(const toml::array& from) const {
    Node::Items items;
    items.reserve(from.size());
    for (const toml::node& item : from) {
      items.push_back(node(item));
    }
    return items;
  }

  const std::string& file_;
};

}  // namespace

Document::Document(const std::string& file) : file_(file) {}
Document::~Document() = default;

std::shared_ptr<const Document> Document::parse(
    const std::string& file, std::string_view bytes, Diagnostics& diagnostics
) {
  if (!check_depth(file, bytes, diagnostics)) return nullptr;
  const toml::parse_result parsed = toml::parse(bytes);
  if (!parsed) {
    const toml::source_position at = parsed.error().source().begin;
    const std::string hint = foreign_hint(line_at(bytes, at.line));
    diagnostics.error({file, at.line, at.column}, plain(parsed.error().description()) + hint);
    return nullptr;
  }
  std::shared_ptr<Document> document(new Document(file));
  document->root_ = Converter(document->file_).table(parsed.table());
  return document;
}

}  // namespace tenon::config
