// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/status.h>

#include "sample.hpp"

namespace tenon::status {

// All that one page tells.
struct Report {
  tenon_server_status server{};
  std::vector<tenon_listener_slot> listeners;
  std::vector<tenon_module_counts> modules;
  std::vector<Sample> metrics;  // of modules, in the order of their names
};

struct Number {
  std::string_view name;
  uint64_t value;
};
std::array<Number, 16> numbers_of(const tenon_server_status& server);
std::array<Number, 6> numbers_of(const tenon_listener_slot& listener);
std::array<Number, 2> numbers_of(const tenon_module_counts& module);
// To the millisecond.
double seconds(uint64_t ns);
// "acceptex", "accept", "epoll", "none".
std::string_view mode_text(uint32_t mode);

// The fixed arrays of a slot end at their first NUL, or at their end.
template <size_t N>
std::string_view cut(const char (&text)[N]) {
  return {text, static_cast<size_t>(std::find(text, text + N, '\0') - text)};
}

// "key: value" lines, then one line for each listener and each metric.
std::string as_text(const Report& report);
// One object; times in seconds.
std::string as_json(const Report& report);

}  // namespace tenon::status
