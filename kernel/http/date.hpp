// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace tenon::http {

inline constexpr size_t kDateBytes = 29;  // "Sun, 06 Nov 1994 08:49:37 GMT"

// Writes the IMF-fixdate (RFC 9110 §5.6.7) of a time in seconds since 1970, not before it.
void format_date(uint64_t unix_seconds, char* out);

}  // namespace tenon::http
