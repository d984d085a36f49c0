// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/arena.hpp"
#include "base/limits.hpp"
#include "http/url.hpp"
#include "tests/fuzz/fuzz.hpp"

// Request targets and hosts: "METHOD TARGET", or a value of Host.
namespace tenon::fuzz {

void target(std::string_view input) {
  Arena arena(limits::kArenaBytesMax);
  std::string_view host;
  if (!http::parse_host(input, arena, host)) {
    std::string_view again;
    check(!http::parse_host(host, arena, again), "a host that was taken is refused");
    check(again == host || host.ends_with('.'), "a host is not what it is");
    check(host.find_first_of("/?#@ ") == std::string_view::npos, "a host holds a delimiter");
  }
  const size_t space = input.find(' ');
  if (space == std::string_view::npos) return;
  const std::string_view text = input.substr(space + 1);
  http::Target parts;
  if (http::split_target(input.substr(0, space), text, parts)) return;
  if (parts.path.empty()) return check(!parts.authority.empty(), "a target of nothing");
  check(parts.path.find('?') == std::string_view::npos, "a path with a query");
  check(text.ends_with(parts.query), "a query that was not sent");
}

}  // namespace tenon::fuzz
