// SPDX-License-Identifier: Apache-2.0
#include "http/date.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

namespace tenon::http {
namespace {

void put(char*& out, std::string_view text) {
  out = std::copy(text.begin(), text.end(), out);
}

void put_number(char*& out, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out += digits;
}

}  // namespace

void format_date(uint64_t unix_seconds, char* out) {
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::chrono::sys_days days{std::chrono::days(unix_seconds / 86400)};
  const std::chrono::year_month_day date(days);
  const unsigned second = static_cast<unsigned>(unix_seconds % 86400);
  put(out, kDays.substr(std::chrono::weekday(days).c_encoding() * 3, 3));
  put(out, ", ");
  put_number(out, static_cast<unsigned>(date.day()), 2);
  put(out, " ");
  put(out, kMonths.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3));
  put(out, " ");
  put_number(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put(out, " ");
  put_number(out, second / 3600, 2);
  put(out, ":");
  put_number(out, second / 60 % 60, 2);
  put(out, ":");
  put_number(out, second % 60, 2);
  put(out, " GMT");
}

}  // namespace tenon::http
