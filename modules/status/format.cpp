// SPDX-License-Identifier: Apache-2.0
#include "format.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tenon::status {
namespace {

using std::string_view;

struct Name {
  string_view name;   // in ?format=
  string_view range;  // in Accept
  Format format;
};

// Of formats that are equally welcome the first one is given. Prometheus tells its own by a
// parameter of text/plain.
constexpr Name kNames[] = {
    {"html", "text/html", Format::Html},
    {"json", "application/json", Format::Json},
    {"prometheus", "text/plain;version=0.0.4", Format::Prometheus},
    {"text", "text/plain", Format::Text},
};

string_view trim(string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

// Takes what stands before `separator` off the front of `text`.
string_view take(string_view& text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const string_view piece = trim(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

int thousandths(string_view text) {
  double value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return static_cast<int>(std::clamp(value, 0.0, 1.0) * 1000);
}

// One member of an Accept field: whether it is of that name, and how welcome, in thousandths.
int quality_of(string_view member, const Name& name) {
  const string_view range = take(member, ';');
  bool prometheus = false;
  int quality = 1000;
  while (!member.empty()) {
    const string_view parameter = take(member, ';');
    if (parameter == "version=0.0.4") prometheus = true;
    if (parameter.starts_with("q=")) quality = thousandths(parameter.substr(2));
  }
  const bool plain = name.format != Format::Prometheus;
  const string_view wanted = plain ? name.range : "text/plain";
  return range == wanted && (range != "text/plain" || prometheus != plain) ? quality : -1;
}

int quality(string_view accept, const Name& name) {
  int best = -1;
  while (!accept.empty()) {
    best = std::max(best, quality_of(take(accept, ','), name));
  }
  return best;
}

std::optional<Format> asked_for(string_view query) {
  while (!query.empty()) {
    const string_view parameter = take(query, '&');
    if (!parameter.starts_with("format=")) continue;
    for (const Name& name : kNames) {
      if (parameter.substr(7) == name.name) return name.format;
    }
  }
  return std::nullopt;
}

}  // namespace

Format choose_format(string_view query, string_view accept) {
  if (const std::optional<Format> format = asked_for(query)) return *format;
  Format chosen = Format::Text;
  int best = 0;
  for (const Name& name : kNames) {
    const int welcome = quality(accept, name);
    if (welcome <= best) continue;
    best = welcome;
    chosen = name.format;
  }
  return chosen;
}

}  // namespace tenon::status
