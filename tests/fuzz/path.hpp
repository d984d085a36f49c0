// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace tenon::fuzz {

// Whether the platform, asked for `name` below some folder, would look just there. Windows drops
// dots and spaces, knows devices in every folder, and takes '\' for '/'.
bool stays_where_it_is(std::string_view name);

}  // namespace tenon::fuzz
