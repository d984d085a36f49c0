// SPDX-License-Identifier: Apache-2.0
#include "config/environment.hpp"

#include <algorithm>
#include <vector>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "config/document.hpp"

namespace tenon::config {
namespace {

constexpr std::string_view kOpening = "${";
constexpr std::string_view kFallbackMark = ":-";

// Literal text, then maybe a variable.
struct Piece {
  std::string literal;
  std::string_view name;  // empty: none, the text ends here
  std::optional<std::string_view> fallback;
};

// Parentheses, for ${ProgramFiles(x86)}.
bool is_variable_name(std::string_view name) {
  const bool good = std::all_of(name.begin(), name.end(), [](char c) {
    return is_lower_letter(lower(c)) || is_digit(c) || c == '_' || c == '(' || c == ')';
  });
  return good && !name.empty() && !is_digit(name.front());
}

Result<Piece, std::string> parse_variable(std::string_view inside) {
  Piece piece;
  const size_t mark = inside.find(kFallbackMark);
  piece.name = inside.substr(0, mark);
  if (mark != std::string_view::npos) piece.fallback = inside.substr(mark + kFallbackMark.size());
  if (!is_variable_name(piece.name)) {
    return fail(
        quote(piece.name) + " is not the name of a variable; write \"$${\" for \"${\" itself"
    );
  }
  if (piece.fallback && piece.fallback->find(kOpening) != std::string_view::npos) {
    return fail("the text that stands for " + std::string(piece.name) + " cannot have a variable");
  }
  return piece;
}

// Takes the next piece off the front of `rest`.
Result<Piece, std::string> next_piece(std::string_view& rest) {
  std::string literal;
  for (;;) {
    const size_t at = rest.find(kOpening);
    literal += rest.substr(0, at);
    if (at == std::string_view::npos) {
      rest = {};
      return Piece{std::move(literal), {}, {}};
    }
    rest.remove_prefix(at + kOpening.size());
    if (!literal.ends_with('$')) break;
    literal += '{';  // it was "$${"
  }
  const size_t end = rest.find('}');
  if (end == std::string_view::npos) {
    return fail<std::string>("\"${\" has no \"}\"; write \"$${\" for \"${\" itself");
  }
  Result<Piece, std::string> piece = parse_variable(rest.substr(0, end));
  if (piece) (*piece).literal = std::move(literal);
  rest.remove_prefix(end + 1);
  return piece;
}

void collect(const Node& node, std::set<std::string>& names) {
  if (node.table() != nullptr) return collect_variables(*node.table(), names);
  if (node.items() != nullptr) {
    for (const Node& item : *node.items()) {
      collect(item, names);
    }
  }
  if (node.string() == nullptr) return;
  std::string_view rest = *node.string();
  while (!rest.empty()) {
    const Result<Piece, std::string> piece = next_piece(rest);
    if (!piece) return;
    if (!(*piece).name.empty()) names.emplace((*piece).name);
  }
}

}  // namespace

Result<std::string, std::string> StringExpander::expand(std::string_view text) {
  if (text.find(kOpening) == std::string_view::npos) return std::string(text);
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const Result<Piece, std::string> piece = next_piece(rest);
    if (!piece) return fail(piece.error());
    const auto& [literal, name, fallback] = *piece;
    out += literal;
    if (name.empty()) break;
    const auto found = environment_.find(name);
    const bool given = found != environment_.end() && !(fallback && found->second.empty());
    if (!given && !fallback) {
      const std::string shown(name);
      return fail(
          "the environment has no variable " + shown + "; set it, or write \"${" + shown +
          ":-text}\" for a text that stands for it"
      );
    }
    const std::string_view value = given ? std::string_view(found->second) : *fallback;
    if (!is_utf8(value)) {
      return fail("the value of the variable " + std::string(name) + " is not UTF-8");
    }
    added_ += value.size();
    if (added_ > limits::kExpandedBytesMax) {
      return fail<std::string>("variables make this configuration larger than 16 MiB");
    }
    out += value;
  }
  return out;
}

void collect_variables(const TableNode& table, std::set<std::string>& names) {
  for (const TableNode::Entry& entry : table.entries()) {
    collect(entry.value, names);
  }
}

}  // namespace tenon::config
