// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "http/grammar.hpp"

namespace tenon::http {
namespace {

constexpr Refusal kBadTarget{400, "the request target is malformed"};
constexpr Refusal kBadPath{400, "the path is malformed"};
constexpr Refusal kBadHost{400, "the host is malformed"};
constexpr Refusal kNoMemory{431, "the request's memory is exhausted"};

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
    // Windows would take '\' for a '/'. Controls are refused here, too: not every path comes out of
    // split_target(), which lets none through.
    if (raw[i] == '\\' || is_control(raw[i])) return false;
    if (raw[i] != '%') {
      out[length++] = raw[i];
      continue;
    }
    const int value = unescape(raw, i);
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

bool starts_with_no_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && equal_no_case(text.substr(0, start.size()), start);
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

// "[::1]": only the shape is checked; a literal that no site names ends at the default site.
bool is_ip_literal(std::string_view text) {
  return text.size() >= 4 && text.size() <= 64 && text.front() == '[' && text.back() == ']' &&
         std::all_of(text.begin() + 1, text.end() - 1, [](char c) {
           return hex_value(c) >= 0 || c == ':' || c == '.';
         });
}

}  // namespace

Refusal split_target(std::string_view method, std::string_view target, Target& out) {
  if (target.empty() || !all_are(kTargetChar, target)) return kBadTarget;
  if (target.find('#') != std::string_view::npos) return kBadTarget;
  if (target == "*" && method == "OPTIONS") {
    out.path = target;
    return {};
  }
  std::string_view rest = target;
  if (target.front() != '/') {
    const size_t scheme = starts_with_no_case(target, "http://")    ? 7
                          : starts_with_no_case(target, "https://") ? 8
                                                                    : 0;
    if (scheme == 0) return kBadTarget;
    out.absolute = true;
    rest.remove_prefix(scheme);
    out.authority = rest.substr(0, rest.find_first_of("/?"));
    if (out.authority.empty()) return kBadTarget;
    rest.remove_prefix(out.authority.size());
  }
  const size_t mark = rest.find('?');
  out.path = rest.substr(0, mark);
  if (out.path.empty()) out.path = "/";  // RFC 9112 §3.2.2: "http://host" asks for "/".
  if (mark != std::string_view::npos) out.query = rest.substr(mark + 1);
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
  if (host.empty() && !value.empty()) return kBadHost;
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  char* const copy = arena.allocate_text(host.size());
  if (copy == nullptr) return kNoMemory;
  std::transform(host.begin(), host.end(), copy, lower);
  out = {copy, host.size()};
  return {};
}

}  // namespace tenon::http
