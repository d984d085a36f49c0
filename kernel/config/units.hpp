// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::config {

// "250ms", "30s", "5m", "2h" in nanoseconds; none for anything else or what does not fit.
std::optional<int64_t> parse_duration(std::string_view text);
// "64KiB", "10MiB", "1GiB", "4096" in bytes.
std::optional<int64_t> parse_size(std::string_view text);

// The shortest exact form that the functions above read back; below a millisecond "250ns".
std::string format_duration(int64_t ns);
std::string format_size(int64_t bytes);

}  // namespace tenon::config
