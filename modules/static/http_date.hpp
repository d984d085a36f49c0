// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::static_files {

// The dates of RFC 9110 §5.6.7, in seconds since 1970-01-01 UTC.

// "Sun, 06 Nov 1994 08:49:37 GMT".
class HttpDate {
 public:
  // REQUIRES: is_http_date(unix_seconds).
  explicit HttpDate(int64_t unix_seconds);
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 29> text_;
};

// Whether the year has four digits.
bool is_http_date(int64_t unix_seconds);

// Any of the three forms. A year of two digits is the one that is not more than 50 years after
// `now`.
std::optional<int64_t> parse_http_date(std::string_view text, int64_t now);

}  // namespace tenon::static_files
