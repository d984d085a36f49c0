// SPDX-License-Identifier: Apache-2.0
#include "config/paths.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace tenon::config {
namespace {

bool is_letter(char c) {
  return is_lower_letter(lower(c));
}

bool has_drive(std::string_view path) {
  return path.size() >= 2 && is_letter(path[0]) && path[1] == ':';
}

// The part of an absolute path that no ".." leaves: "/", "D:/" or "//server/share/"; "" for a
// relative path.
std::string_view root_of(std::string_view path, PathRules rules) {
  if (rules == PathRules::Posix) return path.substr(0, path.starts_with('/') ? 1 : 0);
  if (has_drive(path)) return path.substr(0, path.size() > 2 && path[2] == '/' ? 3 : 0);
  if (!path.starts_with("//")) return {};
  const size_t share = path.find('/', 2);
  if (share == std::string_view::npos) return path;
  const size_t end = path.find('/', share + 1);
  return end == std::string_view::npos ? path : path.substr(0, end + 1);
}

// What is wrong with a path of Windows before it is resolved, or "".
std::string_view refusal_on_windows(std::string_view path) {
  if (path.starts_with("//?/") || path.starts_with("//./")) {
    return "names a device; write it as \"D:/folder\" or \"//server/share/folder\"";
  }
  if (path.starts_with("//")) {
    const std::string_view root = path.substr(2);
    const size_t slash = root.find('/');
    const bool whole = slash != std::string_view::npos && slash != 0 && slash + 1 < root.size();
    return whole ? "" : "names no share; write it as \"//server/share/folder\"";
  }
  if (path.starts_with('/')) {
    return "has no drive letter; write \"D:/folder\", or a relative path for one below the data "
           "root";
  }
  if (has_drive(path) && !(path.size() > 2 && path[2] == '/')) {
    return "depends on the current folder of its drive; write a '/' after the colon";
  }
  const size_t colon = path.find(':', has_drive(path) ? 2 : 0);
  if (colon != std::string_view::npos) return "has a ':' inside, which no name may have";
  return {};
}

std::string joined(std::string_view root, std::string_view rest) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : split(rest, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string out(root);
  if (!out.ends_with('/') && !parts.empty()) out += '/';
  return out + join(parts, "/");
}

bool has_control(std::string_view path) {
  return std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

}  // namespace

Result<std::string, std::string> resolve_path(
    std::string_view root, std::string_view path, PathRules rules
) {
  if (path.empty()) return fail<std::string>("is empty; \".\" is the data root itself");
  if (has_control(path)) return fail<std::string>("has a control character");
  std::string whole(path);
  if (rules == PathRules::Windows) {
    std::replace(whole.begin(), whole.end(), '\\', '/');
    const std::string_view refusal = refusal_on_windows(whole);
    if (!refusal.empty()) return fail(std::string(refusal));
  }
  if (root_of(whole, rules).empty()) whole = std::string(root) + '/' + whole;
  const std::string_view start = root_of(whole, rules);
  return joined(start, std::string_view(whole).substr(start.size()));
}

bool same_path(std::string_view a, std::string_view b, PathRules rules) {
  return rules == PathRules::Windows ? equal_no_case(a, b) : a == b;
}

}  // namespace tenon::config
