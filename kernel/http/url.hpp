// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/arena.hpp"
#include "http/refusal.hpp"

namespace tenon::http {

// A request target taken apart (RFC 9112 §3.2); views into it.
struct Target {
  std::string_view authority;  // of the absolute and the authority form, else empty
  std::string_view path;       // not decoded; "*" of the asterisk form, empty in the authority form
  std::string_view query;      // after the first '?', as sent
  bool https = false;          // the absolute form says so
};
Refusal split_target(std::string_view method, std::string_view target, Target& out);

// Decodes the path once and removes dot segments. What would let one path be read as another is
// refused: NUL and other controls, an escaped '/' or '\', a climb above the root, bad UTF-8.
Refusal decode_path(std::string_view raw, Arena& arena, std::string_view& out);

// Whether `path` could have come out of decode_path: for paths that a module sets.
bool is_normal_path(std::string_view path);

// Checks uri-host [":" port] and gives the host in lower case, without the port and a final dot.
// An empty host is refused (RFC 9110 §4.2.1).
Refusal parse_host(std::string_view value, Arena& arena, std::string_view& out);

}  // namespace tenon::http
