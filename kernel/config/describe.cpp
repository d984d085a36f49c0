// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"

#include <cmath>

#include "base/text.hpp"
#include "config/option_value.hpp"
#include "config/units.hpp"

namespace tenon::config {
namespace {

constexpr size_t kFiniteMax = 9'000'000'000'000'000'000u;

std::string number_text(int32_t type, double value) {
  const bool whole = std::abs(value) < static_cast<double>(kFiniteMax);
  const auto integer = whole ? static_cast<int64_t>(value) : 0;
  if (whole && type == TENON_T_DURATION_NS) return "\"" + format_duration(integer) + "\"";
  if (whole && type == TENON_T_SIZE) {
    const std::string text = format_size(integer);
    return text.ends_with('B') ? "\"" + text + "\"" : text;
  }
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// A bound that only says what the type can hold tells nobody anything.
bool is_far(double bound) {
  return std::abs(bound) >= 9e18;
}

struct Pair {
  std::string_view one;
  std::string_view many;
};

Pair words_of(int32_t type) {
  switch (type) {
    case TENON_T_BOOL:
      return {"boolean", "booleans"};
    case TENON_T_INT:
      return {"integer", "integers"};
    case TENON_T_FLOAT:
      return {"number", "numbers"};
    case TENON_T_DURATION_NS:
      return {"duration", "durations"};
    case TENON_T_SIZE:
      return {"size", "sizes"};
    case TENON_T_PATH:
      return {"path", "paths"};
    case TENON_T_ENUM:
      return {"word", "words"};
    case TENON_T_STRING_MAP:
      return {"table of strings", "tables of strings"};
    case TENON_T_FILE:
      return {"file", "files"};
    default:
      return {"string", "strings"};
  }
}

// Writes one alternative of Value.
struct ValueWriter {
  const tenon_option& option;

  std::string operator()(std::monostate) const { return "not set"; }
  std::string operator()(int64_t value) const {
    if (option.type == TENON_T_BOOL) return value != 0 ? "true" : "false";
    if (option.type == TENON_T_INT) return std::to_string(value);
    return number_text(option.type, static_cast<double>(value));
  }
  std::string operator()(double value) const { return number_text(TENON_T_FLOAT, value); }
  std::string operator()(const std::string& value) const {
    if (is_secret(option)) return "(secret)";
    if (option.type == TENON_T_FILE)
      return "(a file of " + std::to_string(value.size()) + " bytes)";
    return quote(value);
  }
  template <class T>
  std::string operator()(const std::vector<T>& values) const {
    std::string all;
    for (const T& value : values) {
      all += (all.empty() ? "" : ", ") + (*this)(value);
    }
    return "[" + all + "]";
  }
  std::string operator()(const StringPairs& pairs) const {
    std::string all;
    for (const auto& [key, value] : pairs) {
      const bool bare = is_name(key);
      all += (all.empty() ? "" : ", ") + (bare ? key : quote(key)) + " = " + quote(value);
    }
    return all.empty() ? "{}" : "{ " + all + " }";
  }
};

}  // namespace

std::string type_word(const tenon_option& option) {
  const Pair words = words_of(option.type);
  std::string text =
      is_list(option) ? "array of " + std::string(words.many) : std::string(words.one);
  return is_secret(option) ? text + ", secret" : text;
}

std::string limits_text(const tenon_option& option) {
  if (option.type == TENON_T_ENUM) return "one of " + join(split(option.choices, '|'), ", ");
  const bool number = is_integral(option.type) || option.type == TENON_T_FLOAT;
  if (!number || option.type == TENON_T_BOOL || option.min > option.max) return {};
  const std::string least = is_far(option.min) ? "" : number_text(option.type, option.min);
  const std::string most = is_far(option.max) ? "" : number_text(option.type, option.max);
  if (least.empty() && most.empty()) return {};
  if (most.empty()) return "at least " + least;
  return least.empty() ? "at most " + most : least + " to " + most;
}

std::string scopes_text(uint32_t scopes, const std::string& table) {
  std::string all;
  const auto add = [&](uint32_t scope, const std::string& word) {
    if ((scopes & scope) != 0) all += (all.empty() ? "" : ", ") + word;
  };
  add(TENON_IN_SERVER, "[" + table + "]");
  add(TENON_IN_SITE, "[[site]]");
  add(TENON_IN_ROUTE, "[[site.route]]");
  return all;
}

std::string value_text(const tenon_option& option, const Value& value) {
  return std::visit(ValueWriter{option}, value);
}

}  // namespace tenon::config
