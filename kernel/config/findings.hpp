// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <string>

#include "base/diagnostics.hpp"

namespace tenon::config {

// Adds a finding unless it is already there: a table of the top level is merged into every route,
// and its faults are to be told once. After kFindingsMax findings nothing more is added.
inline constexpr size_t kFindingsMax = 200;
void add_error(Diagnostics& diagnostics, const Place& place, std::string text);
void add_warning(Diagnostics& diagnostics, const Place& place, std::string text);

// Adds all of `from` to `to`, in the order of the operator's files.
void append_in_order(
    Diagnostics& to, const Diagnostics& from, const std::deque<std::string>& files
);

}  // namespace tenon::config
