// SPDX-License-Identifier: Apache-2.0
#include "config/findings.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace tenon::config {
namespace {

bool same_place(const Place& a, const Place& b) {
  return std::tie(a.line, a.column, a.file) == std::tie(b.line, b.column, b.file);
}

bool is_new(const Diagnostics& diagnostics, const Place& place, const std::string& text) {
  for (const Diagnostic& item : diagnostics.items()) {
    if (same_place(item.place, place) && item.text == text) return false;
  }
  return true;
}

}  // namespace

void add_error(Diagnostics& diagnostics, const Place& place, std::string text) {
  // The first error is kept even behind many warnings: it decides that the config is refused.
  if (diagnostics.items().size() >= kFindingsMax && diagnostics.has_errors()) return;
  if (is_new(diagnostics, place, text)) diagnostics.error(place, std::move(text));
}

void add_warning(Diagnostics& diagnostics, const Place& place, std::string text) {
  if (diagnostics.items().size() >= kFindingsMax) return;
  if (is_new(diagnostics, place, text)) diagnostics.warning(place, std::move(text));
}

void append_in_order(
    Diagnostics& to, const Diagnostics& from, const std::deque<std::string>& files
) {
  std::map<std::string_view, size_t> rank;
  for (const std::string& file : files) {
    rank.emplace(file, rank.size());
  }
  const auto key = [&](const Place& place) {
    const auto found = rank.find(place.file);
    return std::tuple(found == rank.end() ? rank.size() : found->second, place.line, place.column);
  };
  std::vector<Diagnostic> items = from.items();
  std::stable_sort(items.begin(), items.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return key(a.place) < key(b.place);
  });
  for (const Diagnostic& item : items) {
    if (item.severity == Severity::Error) {
      add_error(to, item.place, item.text);
    } else {
      add_warning(to, item.place, item.text);
    }
  }
}

}  // namespace tenon::config
