// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>

namespace tenon::config {

// "Example.com", "*.example.com" or "[::1]" in small letters. The error is the end of a sentence
// that names the host: "has a port; ...".
Result<std::string, std::string> parse_host(std::string_view text);

}  // namespace tenon::config
