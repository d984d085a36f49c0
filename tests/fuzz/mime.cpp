// SPDX-License-Identifier: Apache-2.0
#include "http/grammar.hpp"
#include "modules/static/mime_types.hpp"
#include "tests/fuzz/fuzz.hpp"

// File names and media types.
namespace tenon::fuzz {

void mime(std::string_view input) {
  static const static_files::MimeTypes types({});
  const std::string_view type = types.of(input);
  check(static_files::is_media_type(type), "a file name has a type that is none");
  if (!static_files::is_media_type(input)) return;
  check(http::all_are(http::kFieldChar, input), "a media type holds a control character");
  check(input.find('/') != std::string_view::npos, "a media type without a slash");
}

}  // namespace tenon::fuzz
