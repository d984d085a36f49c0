// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include <tenon/cpp/option.hpp>

namespace tenon::static_files {

// Which media type a file name means: what the operator says for its extension, else the built-in
// table, else application/octet-stream. Immutable.
class MimeTypes {
 public:
  // Extension ("md", with or without a dot, any case) to type.
  explicit MimeTypes(const StringMap& overrides);

  // Lives as long as this object.
  std::string_view of(std::string_view file_name) const;

 private:
  StringMap overrides_;
};

// Whether it can stand in Content-Type: "type/subtype", and parameters.
bool is_media_type(std::string_view text);

}  // namespace tenon::static_files
