// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace tenon::static_files {

// Where a folder asked for without its final slash is found: the decoded `path`, encoded again,
// with a slash and the query. Always a path on this site: "//evil.example" would name another one.
std::string folder_location(std::string_view path, std::string_view query);

}  // namespace tenon::static_files
