// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>

// Strings of a configuration may name variables of the environment:
//   "${NAME}"        its value; a variable that is not set is an error
//   "${NAME:-text}"  the text where it is not set, or empty
//   "$${"            "${" itself
// The values are part of the snapshot, so that a child that replaces a crashed one gets the same.
namespace tenon::config {

class TableNode;

// Name to value, of the variables that a configuration names.
using Environment = std::map<std::string, std::string, std::less<>>;

// The process' own; none: it is not set.
std::optional<std::string> environment_variable(const std::string& name);

// Expands the strings of one configuration, and bounds what they grow to.
class StringExpander {
 public:
  explicit StringExpander(const Environment& environment) : environment_(environment) {}

  // The error is a sentence.
  Result<std::string, std::string> expand(std::string_view text);

 private:
  const Environment& environment_;
  size_t added_ = 0;  // bytes, of all strings
};

// Adds the names of all variables that the strings of the table refer to.
void collect_variables(const TableNode& table, std::set<std::string>& names);

}  // namespace tenon::config
