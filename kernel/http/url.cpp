// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/text.hpp"
#include "config/address.hpp"
#include "http/grammar.hpp"

namespace tenon::http {
namespace {

constexpr Refusal kBadTarget{400, "the request target is malformed"};
constexpr Refusal kBadPath{400, "the path is malformed"};
constexpr Refusal kBadHost{400, "the host is malformed"};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Decodes one escape at `raw[at]` == '%'. -1: it is none, or stands for a byte that is refused.
int unescape(std::string_view raw, size_t at) {
  if (raw.size() - at < 3) return -1;
  const int high = hex_value(raw[at + 1]);
  const int low = hex_value(raw[at + 2]);
  if (high < 0 || low < 0) return -1;
  const int value = high * 16 + low;
  const char c = static_cast<char>(value);
  return is_control(c) || c == '/' || c == '\\' ? -1 : value;
}

// Writes the decoded bytes to `out`, which has room for `raw`. False: refused.
bool unescape_all(std::string_view raw, char* out, size_t& length) {
  length = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (is(kPathChar, raw[i])) {
      out[length++] = raw[i];
      continue;
    }
    // Anything else stands for nothing, least of all '\\', which Windows would take for a '/'.
    const int value = raw[i] == '%' ? unescape(raw, i) : -1;
    if (value < 0) return false;
    out[length++] = static_cast<char>(value);
    i += 2;
  }
  return true;
}

// RFC 3986 §5.2.4, in place, on a path that begins with '/'; but a climb above the root is refused.
bool remove_dot_segments(char* path, size_t& length) {
  size_t to = 0;
  for (size_t from = 0; from < length;) {
    const char* const begin = path + from + 1;
    const char* const end = std::find(begin, static_cast<const char*>(path + length), '/');
    const std::string_view segment(begin, static_cast<size_t>(end - begin));
    const bool last = end == path + length;
    from += 1 + segment.size();
    if (segment == "..") {
      if (to == 0) return false;
      while (path[--to] != '/') {
      }
    }
    if (segment == "." || segment == "..") {
      if (last) path[to++] = '/';
      continue;
    }
    path[to++] = '/';
    std::memmove(path + to, segment.data(), segment.size());
    to += segment.size();
  }
  length = to;
  return true;
}

void split_query(std::string_view rest, Target& out) {
  const size_t mark = rest.find('?');
  if (out.path.empty()) out.path = mark == 0 || rest.empty() ? "/" : rest.substr(0, mark);
  if (mark != std::string_view::npos) out.query = rest.substr(mark + 1);
}

bool starts_with_no_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_no_case(text.substr(0, start.size()), start);
}

// RFC 3986 §3.2.3 lets it be empty.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  return text.size() <= 5 && parse_u64(text).value_or(UINT64_MAX) <= UINT16_MAX;
}

// RFC 3986 §3.2.2: "[::1]". Zones and literals of later versions name nothing of ours.
bool is_ip_literal(std::string_view text) {
  constexpr size_t kLongest = 2 + 45;  // an IPv4 address at the end of eight groups
  if (text.size() > kLongest || !text.starts_with('[') || !text.ends_with(']')) return false;
  return static_cast<bool>(config::parse_address(std::string(text) + ":0"));
}

// RFC 9112 §3.2.3: host and port, both of them (RFC 9110 §9.3.6).
Refusal split_authority(std::string_view target, Target& out) {
  const size_t colon = target.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == target.size()) return kBadTarget;
  out.authority = target;
  return {};
}

// RFC 9112 §3.2.2, of the schemes that are ours.
Refusal split_absolute(std::string_view method, std::string_view target, Target& out) {
  out.https = starts_with_no_case(target, "https://");
  if (!out.https && !starts_with_no_case(target, "http://")) return kBadTarget;
  std::string_view rest = target.substr(out.https ? 8 : 7);
  out.authority = rest.substr(0, rest.find_first_of("/?"));
  if (out.authority.empty()) return kBadTarget;
  rest.remove_prefix(out.authority.size());
  // RFC 9112 §3.2.4: without path and query it asks the server as such; else it asks for "/".
  if (rest.empty() && method == "OPTIONS") out.path = "*";
  split_query(rest, out);
  return {};
}

}  // namespace

Refusal split_target(std::string_view method, std::string_view target, Target& out) {
  if (target.empty() || !all_are(kTargetChar, target)) return kBadTarget;
  if (method == "CONNECT") return split_authority(target, out);
  if (target.front() == '/') {
    split_query(target, out);
    return {};
  }
  if (target != "*") return split_absolute(method, target, out);
  if (method != "OPTIONS") return kBadTarget;  // RFC 9112 §3.2.4
  out.path = target;
  return {};
}

Refusal decode_path(std::string_view raw, Arena& arena, std::string_view& out) {
  if (raw.empty() || raw.front() != '/') return kBadPath;
  char* const path = arena.allocate_text(raw.size());
  if (path == nullptr) return kNoMemory;
  size_t length = 0;
  if (!unescape_all(raw, path, length)) return kBadPath;
  if (!remove_dot_segments(path, length)) return kBadPath;
  out = {path, length};
  if (!is_utf8(out)) return kBadPath;
  return {};
}

bool is_normal_path(std::string_view path) {
  if (path.empty() || path.front() != '/' || !is_utf8(path)) return false;
  if (std::any_of(path.begin(), path.end(), [](char c) { return is_control(c) || c == '\\'; })) {
    return false;
  }
  for (const std::string_view segment : split(path, '/')) {
    if (segment == "." || segment == "..") return false;
  }
  return true;
}

Refusal parse_host(std::string_view value, Arena& arena, std::string_view& out) {
  const size_t colon = value.find(':', value.starts_with('[') ? value.find(']') : 0);
  std::string_view host = value.substr(0, colon);
  if (colon != std::string_view::npos && !is_port(value.substr(colon + 1))) return kBadHost;
  const bool plain = all_are(kHostChar, host) && host.size() <= 255;
  if (!plain && !is_ip_literal(host)) return kBadHost;
  if (host.empty()) return kBadHost;
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  char* const copy = arena.allocate_text(host.size());
  if (copy == nullptr) return kNoMemory;
  std::transform(host.begin(), host.end(), copy, lower);
  out = {copy, host.size()};
  return {};
}

}  // namespace tenon::http
