// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tenon {

// Where in the operator's files something stands; line and column count from 1, 0: unknown.
struct Place {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;

  // "config/tenon.toml:3:11", or the file alone, or "" when nothing is known.
  std::string text() const {
    if (line == 0) return file;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
};

enum class Severity { Warning, Error };

struct Diagnostic {
  Severity severity = Severity::Error;
  Place place;
  std::string text;  // One sentence: what is wrong and what to do.

  // "config/tenon.toml:3:11: error: unknown option \"lsten\"; did you mean \"listen\"?"
  std::string line() const {
    const std::string where = place.text();
    const char* word = severity == Severity::Error ? "error: " : "warning: ";
    return where.empty() ? word + text : where + ": " + word + text;
  }
};

// Collects findings, so that an operator sees all of them at once.
class Diagnostics {
 public:
  void error(Place place, std::string text) {
    items_.push_back({Severity::Error, std::move(place), std::move(text)});
    ++errors_;
  }
  void warning(Place place, std::string text) {
    items_.push_back({Severity::Warning, std::move(place), std::move(text)});
  }

  bool has_errors() const { return errors_ != 0; }
  const std::vector<Diagnostic>& items() const { return items_; }
  // One finding a line, without a final newline.
  std::string text() const {
    std::string all;
    for (const Diagnostic& item : items_)
      all += (all.empty() ? "" : "\n") + item.line();
    return all;
  }

 private:
  std::vector<Diagnostic> items_;
  size_t errors_ = 0;
};

}  // namespace tenon
