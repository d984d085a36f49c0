// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <tenon/cpp/option.hpp>
#include <tenon/cpp/result.hpp>

namespace tenon::static_files {

// Extension, without a dot and in small letters, to media type.
StringMap built_in_types();

// The same from a file in the format of httpd's mime.types: a line has a type and its extensions,
// '#' starts a comment. The error is a sentence that names the line.
Result<StringMap, std::string> parse_types(std::string_view text);

// Which media type a file name means: what the operator says for its extension, else what the table
// says, else application/octet-stream. Immutable.
class MimeTypes {
 public:
  // `overrides`: extension ("md", with or without a dot, any case) to type. Without a table the
  // built-in one is used.
  explicit MimeTypes(const StringMap& overrides, std::optional<StringMap> table = std::nullopt);

  // Lives as long as this object.
  std::string_view of(std::string_view file_name) const;

 private:
  StringMap overrides_;
  std::optional<StringMap> table_;
};

// Whether it can stand in Content-Type: "type/subtype", and parameters.
bool is_media_type(std::string_view text);

}  // namespace tenon::static_files
