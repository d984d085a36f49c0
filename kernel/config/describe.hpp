// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "config/options.hpp"

// Options in words, for the reference and for `tenon explain`.
namespace tenon::config {

// "integer", "array of paths".
std::string type_word(const tenon_option& option);

// What bounds a value: "1 to 1000", "at least \"1ms\"", "one of a, b"; "" for nothing.
std::string limits_text(const tenon_option& option);

// "[NAME], [[site]], [[site.route]]".
std::string scopes_text(uint32_t scopes, const std::string& table);

// A merged value as it would be written in TOML. Secrets and the content of files are not shown.
std::string value_text(const tenon_option& option, const Value& value);

}  // namespace tenon::config
