// SPDX-License-Identifier: Apache-2.0
#include "location.hpp"

namespace tenon::static_files {
namespace {

// RFC 3986 §3.3: pchar without the percent sign, and the slash.
bool is_path_byte(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  return letter || digit ||
         std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

// The query was sent encoded: only what no URI may hold is touched.
bool is_query_byte(char c) {
  return c > 0x20 && c < 0x7F && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 15]);
}

}  // namespace

std::string folder_location(std::string_view path, std::string_view query) {
  std::string location = "/";
  const size_t start = path.find_first_not_of("/\\");
  if (start != std::string_view::npos) path.remove_prefix(start);
  if (start == std::string_view::npos) path = {};
  for (const char c : path) {
    is_path_byte(c) ? location.push_back(c) : append_escaped(location, c);
  }
  if (location.back() != '/') location.push_back('/');
  if (query.empty()) return location;
  location.push_back('?');
  for (const char c : query) {
    is_query_byte(c) ? location.push_back(c) : append_escaped(location, c);
  }
  return location;
}

}  // namespace tenon::static_files
