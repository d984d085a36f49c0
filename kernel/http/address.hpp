// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include <tenon/mpm.h>

namespace tenon::http {

inline constexpr size_t kAddressBytesMax = 45;

// Writes "127.0.0.1" or, as RFC 5952 wants it, "2001:db8::1"; returns the length.
size_t format_address(const tenon_endpoint& endpoint, char* out);

}  // namespace tenon::http
