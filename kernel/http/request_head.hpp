// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include <tenon/abi.h>

#include "base/arena.hpp"
#include "config/config.hpp"
#include "http/refusal.hpp"

namespace tenon::http {

// A request's head, parsed. All views point into the arena.
struct RequestHead {
  std::string_view method;
  std::string_view target;  // as sent
  std::string_view path;    // decoded, normalised; "*" of the asterisk form
  std::string_view query;
  std::string_view host;  // lower case, without the port
  uint32_t version = 0;   // 0x0100, 0x0101; 0: the request line was not understood
  tenon_header* fields = nullptr;
  size_t n_fields = 0;
  int64_t content_length = -1;  // -1: none
  bool chunked = false;
  bool keep_alive = false;
  bool expect_continue = false;
};

// Parses a complete head, as HeadScanner found it, strictly by RFC 9112: what two servers could
// read differently is refused. `bytes` must lie in the arena: field names are lowered in place.
// After a refusal `out` holds what was understood until then.
Refusal parse_request_head(
    char* bytes,
    size_t size,
    size_t n_fields,
    const config::Limits& limits,
    Arena& arena,
    RequestHead& out
);

}  // namespace tenon::http
