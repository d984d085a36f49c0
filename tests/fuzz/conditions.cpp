// SPDX-License-Identifier: Apache-2.0
#include "modules/static/conditions.hpp"

#include <string>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "base/text.hpp"
#include "modules/static/etag.hpp"
#include "tests/fuzz/fuzz.hpp"

// Conditional requests: lines of "name: value", names in lower case as the kernel gives them.
namespace tenon::fuzz {
namespace {

using static_files::Outcome;

constexpr std::string_view kTags[] = {"\"a\"", "W/\"a\"", "\"0123456789abcdef-5\"", "\"\""};
constexpr int64_t kNow = 1'800'000'000;

std::vector<tenon_header> fields_of(std::string_view input) {
  std::vector<tenon_header> fields;
  for (const std::string_view line : split(input, '\n')) {
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    fields.push_back({str(line.substr(0, colon)), str(line.substr(colon + 2)), 0, 0});
  }
  return fields;
}

void check_list(std::string_view value) {
  for (const std::string_view tag : kTags) {
    const bool strongly = static_files::list_holds(value, tag, true);
    const bool weakly = static_files::list_holds(value, tag, false);
    check(!strongly || weakly, "a tag is in a list strongly, but not weakly");
    const std::string longer = std::string(tag) + ", " + std::string(value);
    check(static_files::list_holds(longer, tag, false), "a list does not hold its first tag");
  }
}

}  // namespace

void conditions(std::string_view input) {
  check_list(input);
  const std::vector<tenon_header> fields = fields_of(input);
  bool conditional = false;
  for (const tenon_header& field : fields) {
    check_list(view(field.value));
    conditional = conditional || view(field.name).starts_with("if-");
  }
  for (const std::string_view tag : kTags) {
    const Outcome outcome = static_files::evaluate(fields, {tag, kNow - 100}, kNow);
    check(conditional || outcome == Outcome::Proceed, "a request without conditions is refused");
  }
}

}  // namespace tenon::fuzz
