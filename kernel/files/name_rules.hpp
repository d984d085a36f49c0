// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace tenon::files {

inline constexpr size_t kNameBytesMax = 16 * 1024;

// Whether a name below a root ("a/b.txt"; "" is the root itself) may reach the file system at all.
// The rules of files.h, applied alike on every platform, so that a site that works on one does not
// open a hole on another.
bool is_served_name(std::string_view name);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace tenon::files
