// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <tenon/files.h>

namespace tenon::static_files {

// The entity tag of a file: "16 hex digits-size". Which file it is and when it changed are hashed,
// because inode numbers and exact times are nobody's business. Weak while the file's time is so
// recent that a second change could leave the same behind.
class ETag {
 public:
  ETag(const tenon_file_info& file, int64_t now_unix_ns);
  std::string_view text() const { return {text_.data(), length_}; }

 private:
  std::array<char, 2 + 2 + 16 + 1 + 16> text_{};
  size_t length_ = 0;
};

// The comparison functions of RFC 9110 §8.8.3.2.
bool same_weakly(std::string_view a, std::string_view b);
bool same_strongly(std::string_view a, std::string_view b);

// Whether a field such as `"a", W/"b"` holds the tag; `*` holds every tag. A malformed rest is
// ignored.
bool list_holds(std::string_view field, std::string_view tag, bool strongly);

}  // namespace tenon::static_files
