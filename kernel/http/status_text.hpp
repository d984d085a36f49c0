// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace tenon::http {

// The reason phrase of RFC 9110 §15, or "Status" for a code that has none.
std::string_view status_text(int status);

}  // namespace tenon::http
