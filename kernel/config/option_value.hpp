// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "config/document.hpp"
#include "config/options.hpp"

namespace tenon::config {

struct ReadContext {
  std::string subject;  // how messages name the option: "static.root"
  const Surroundings& surroundings;
  Diagnostics& diagnostics;
};

// The value as the option's type, within its limits; else none, and findings at its place.
std::optional<Value> read_value(
    const tenon_option& option, const Node& node, const ReadContext& context
);

// The option's default: monostate when it has none; none when it is not a valid value.
std::optional<Value> read_default(const tenon_option& option, const ReadContext& context);

// "an integer", "an array of paths": how messages name the type of an option.
std::string type_name(const tenon_option& option);

inline bool is_list(const tenon_option& option) {
  return (option.flags & TENON_OPT_LIST) != 0;
}
// Whether one value of the type is read as int64_t.
inline bool is_integral(int32_t type) {
  return type == TENON_T_BOOL || type == TENON_T_INT || type == TENON_T_DURATION_NS ||
         type == TENON_T_SIZE;
}
inline bool is_text(int32_t type) {
  return type == TENON_T_STRING || type == TENON_T_PATH || type == TENON_T_ENUM ||
         type == TENON_T_FILE;
}
inline bool is_secret(const tenon_option& option) {
  return (option.flags & TENON_OPT_SECRET) != 0;
}

}  // namespace tenon::config
