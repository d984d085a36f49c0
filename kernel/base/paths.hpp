// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

// Text in the kernel is UTF-8 with '/' between folders, on every platform; only the file system's
// own type knows how the system wants it.
namespace tenon {

inline std::filesystem::path to_path(std::string_view utf8) {
  return std::u8string_view(reinterpret_cast<const char8_t*>(utf8.data()), utf8.size());
}

inline std::string to_utf8(const std::filesystem::path& path) {
  const std::u8string text = path.generic_u8string();
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

}  // namespace tenon
