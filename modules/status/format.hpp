// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace tenon::status {

enum class Format { Text, Html, Json, Prometheus };

// The format that a request wants: ?format=NAME, else by its Accept field (empty: not given), else
// text.
Format choose_format(std::string_view query, std::string_view accept);

}  // namespace tenon::status
