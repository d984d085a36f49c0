// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <tenon/cpp/assert.hpp>

#include "base/text.hpp"
#include "config/option_value.hpp"

namespace tenon::config {
namespace {

constexpr uint32_t kOptionBytesMin = sizeof(tenon_option);
constexpr uint32_t kOptionBytesMax = 4096;  // no later version is that long
constexpr size_t kOptionsMax = 256;

// Why the table cannot be walked, or "".
std::string table_fault(const OptionTable& table) {
  if (table.n_options == 0) return {};
  if (table.options == nullptr) return "the option table is NULL, but has a length";
  if (table.n_options > kOptionsMax) return "the option table has over 256 options";
  const uint32_t size = table.options->struct_size;
  if (size >= kOptionBytesMin && size <= kOptionBytesMax && size % alignof(tenon_option) == 0) {
    return {};
  }
  return "the option table says struct_size " + std::to_string(size) + ", and " +
         std::to_string(kOptionBytesMin) + " is the least";
}

bool has_word(const char* text) {
  return text != nullptr && *text != '\0';
}

void lint_shape(const tenon_option& option, std::vector<std::string>& faults) {
  if (option.type < TENON_T_BOOL || option.type > TENON_T_FILE) {
    faults.push_back("has the unknown type " + std::to_string(option.type));
  }
  if ((option.scopes & TENON_IN_ALL) == 0) faults.push_back("has no scope");
  if (!has_word(option.doc)) faults.push_back("has no doc");
  const bool listable =
      is_text(option.type) || (is_integral(option.type) && option.type != TENON_T_BOOL);
  if (is_list(option) && !listable) faults.push_back("is a list of a type that has no lists");
  if (is_secret(option) && option.type != TENON_T_STRING) {
    faults.push_back("is secret, which only a string can be");
  }
  if (option.type == TENON_T_FILE && option.default_toml != nullptr) {
    faults.push_back("is a file and has a default: only what the operator names is read");
  }
  const bool required = (option.flags & TENON_OPT_REQUIRED) != 0;
  if (required && option.default_toml != nullptr) {
    faults.push_back("is required and has a default: one of them is never used");
  }
}

void lint_limits(const tenon_option& option, std::vector<std::string>& faults) {
  if (option.type == TENON_T_ENUM && !has_word(option.choices)) {
    faults.push_back("is an enum without choices");
  }
  if (option.type != TENON_T_ENUM && option.choices != nullptr) {
    faults.push_back("has choices, but is no enum");
  }
  if (std::isnan(option.min) || std::isnan(option.max)) faults.push_back("has a limit that is NaN");
  const bool number = is_integral(option.type) || option.type == TENON_T_FLOAT;
  if (number && option.type != TENON_T_BOOL && option.min == 0 && option.max == 0) {
    faults.push_back("allows only 0, as min and max are 0; min = 1, max = 0 means no limits");
  }
}

void lint_default(const tenon_option& option, std::vector<std::string>& faults) {
  Diagnostics findings;
  const std::string root = "/";
  if (read_default(option, {"its default", Surroundings(root), findings})) return;
  for (const Diagnostic& finding : findings.items()) {
    faults.push_back("is wrong: " + finding.text);
  }
}

void lint_option(const tenon_option& option, size_t index, std::vector<std::string>& all) {
  if (option.name == nullptr || !is_name(option.name)) {
    const std::string name = option.name == nullptr ? "NULL" : quote(option.name);
    all.push_back(
        "option " + std::to_string(index) + " is named " + name +
        ", and a name is [a-z][a-z0-9_]* of at most 32 letters"
    );
    return;
  }
  std::vector<std::string> faults;
  lint_shape(option, faults);
  lint_limits(option, faults);
  // A default cannot be judged while its type or its limits are nonsense.
  if (faults.empty()) lint_default(option, faults);
  for (const std::string& fault : faults) {
    all.push_back("option " + quote(option.name) + " " + fault);
  }
}

bool is_named(const tenon_option& option, std::string_view name) {
  return option.name != nullptr && option.name == name;
}

}  // namespace

const tenon_option& OptionTable::at(size_t index) const {
  TENON_ASSERT(index < n_options);
  const char* first = reinterpret_cast<const char*>(options);
  return *reinterpret_cast<const tenon_option*>(first + index * options->struct_size);
}

std::vector<std::string> lint(const OptionTable& table) {
  const std::string fault = table_fault(table);
  if (!fault.empty()) return {fault};
  std::vector<std::string> all;
  for (size_t i = 0; i < table.n_options; ++i) {
    const tenon_option& option = table.at(i);
    lint_option(option, i, all);
    if (option.name == nullptr) continue;
    for (size_t j = 0; j < i; ++j) {
      if (!is_named(table.at(j), option.name)) continue;
      all.push_back("option " + quote(option.name) + " is declared twice");
      break;
    }
  }
  return all;
}

}  // namespace tenon::config
