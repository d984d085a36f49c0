// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <tenon/status.h>

namespace tenon::status {

// All that one page tells.
struct Report {
  tenon_server_status server{};
  std::vector<tenon_listener_slot> listeners;
};

// "key: value" lines, then one line for each listener.
std::string as_text(const Report& report);
// One object; times in seconds.
std::string as_json(const Report& report);

// The format that a request wants: ?format=json or ?format=text, else by its Accept field (empty:
// not given), else text.
bool wants_json(std::string_view query, std::string_view accept);

}  // namespace tenon::status
