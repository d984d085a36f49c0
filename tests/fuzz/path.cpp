// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/path.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/arena.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "files/name_rules.hpp"
#include "http/url.hpp"
#include "modules/static/location.hpp"
#include "tests/fuzz/fuzz.hpp"

// A path as a client sends it, up to the name that is opened: it never leaves its root.
namespace tenon::fuzz {
namespace {

// Windows' rules, said once more: what these segments name is not a file of that name.
bool is_special_on_windows(std::string_view segment) {
  static constexpr std::array<std::string_view, 6> kDevices = {
      "con", "prn", "aux", "nul", "conin$", "conout$"};
  if (segment.find_first_of("\\:*?\"<>|") != std::string_view::npos) return true;
  if (segment.ends_with('.') || segment.ends_with(' ')) return true;
  std::string base(segment.substr(0, segment.find_first_of(".:")));
  base.erase(base.find_last_not_of(' ') + 1);
  std::transform(base.begin(), base.end(), base.begin(), lower);
  if (std::find(kDevices.begin(), kDevices.end(), base) != kDevices.end()) return true;
  return base.size() == 4 && (base.starts_with("com") || base.starts_with("lpt")) &&
         is_digit(base[3]);
}

void check_name(std::string_view name) {
  if (!files::is_served_name(name) || name.empty()) return;
  for (const std::string_view segment : split(name, '/')) {
    check(!segment.empty(), "a served name has an empty segment");
    check(segment != "." && segment != "..", "a served name has a dot segment");
    check(!is_special_on_windows(segment), "a served name means something else on Windows");
    check(
        std::none_of(
            segment.begin(),
            segment.end(),
            [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
        ),
        "a served name holds a control character"
    );
  }
  check(stays_where_it_is(name), "the platform looks elsewhere for a served name");
}

// A redirection to a folder leads to the same path, with one '/' at its begin, and one at its end.
void check_encoding(std::string_view decoded) {
  const std::string location = static_files::folder_location(decoded, {});
  check(!location.starts_with("//"), "a path becomes the name of a host");
  Arena arena(limits::kArenaBytesMax);
  std::string_view again;
  check(!http::decode_path(location, arena, again), "a path encoded again is refused");
  std::string expected("/");
  expected += decoded.substr(std::min(decoded.find_first_not_of('/'), decoded.size()));
  if (!expected.ends_with('/')) expected += '/';
  check(again == expected, "a path encoded again is another one");
}

}  // namespace

void path(std::string_view input) {
  check_name(input);
  Arena arena(limits::kArenaBytesMax);
  std::string_view decoded;
  if (http::decode_path(input, arena, decoded)) return;
  check(http::is_normal_path(decoded), "decode_path() gave what it would not take");
  check_name(decoded.substr(1));
  check_encoding(decoded);
}

}  // namespace tenon::fuzz
