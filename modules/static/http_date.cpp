// SPDX-License-Identifier: Apache-2.0
#include "http_date.hpp"

#include <algorithm>
#include <chrono>

#include <tenon/cpp/assert.hpp>

namespace tenon::static_files {
namespace {

using std::string_view;
namespace chrono = std::chrono;

constexpr std::array<string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr int64_t kDaySeconds = 86'400;
constexpr int64_t kYear0 = -62'167'219'200;      // 0000-01-01
constexpr int64_t kYear10000 = 253'402'300'800;  // 10000-01-01

// Writes a number with leading zeros.
void put(char* to, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// Reads a date piece by piece; after the first that doesn't fit nothing else does.
class Reader {
 public:
  explicit Reader(string_view text) : left_(text) {}

  bool good() const { return good_; }
  bool at_end() const { return good_ && left_.empty(); }
  void literal(string_view expected) {
    if (!left_.starts_with(expected)) good_ = false;
    if (good_) left_.remove_prefix(expected.size());
  }
  // Exactly so many digits; `pad`: a space may stand for the first.
  int number(size_t digits, bool pad = false) {
    if (left_.size() < digits) good_ = false;
    int value = 0;
    for (size_t i = 0; good_ && i < digits; ++i) {
      const char c = left_[i];
      if (c == ' ' && pad && i == 0) continue;
      if (c < '0' || c > '9') good_ = false;
      value = value * 10 + (c - '0');
    }
    if (good_) left_.remove_prefix(digits);
    return good_ ? value : 0;
  }
  unsigned month() {
    const size_t at = left_.size() < 3 ? string_view::npos : kMonths.find(left_.substr(0, 3));
    if (at == string_view::npos || at % 3 != 0) good_ = false;
    if (good_) left_.remove_prefix(3);
    return good_ ? static_cast<unsigned>(at / 3 + 1) : 0;
  }
  // A short day name ("Sun") or a long one; which day it is doesn't matter.
  void day_name(bool is_long) {
    const auto fits = [&](string_view day) {
      return left_.starts_with(is_long ? day : day.substr(0, 3));
    };
    const auto* const day = std::find_if(kDays.begin(), kDays.end(), fits);
    if (day == kDays.end()) good_ = false;
    if (good_) left_.remove_prefix(is_long ? day->size() : 3);
  }
  // "08:49:37"; a leap second counts as the one before it.
  int64_t time_of_day() {
    const int hours = number(2);
    literal(":");
    const int minutes = number(2);
    literal(":");
    const int seconds = number(2);
    if (hours > 23 || minutes > 59 || seconds > 60) good_ = false;
    return int64_t{hours} * 3600 + minutes * 60 + std::min(seconds, 59);
  }

 private:
  string_view left_;
  bool good_ = true;
};

struct Date {
  int year = 0;
  unsigned month = 0;
  int day = 0;
  int64_t time_of_day = 0;
};

std::optional<int64_t> seconds_of(const Reader& reader, const Date& date) {
  if (!reader.at_end()) return std::nullopt;
  const chrono::year_month_day day{
      chrono::year(date.year),
      chrono::month(date.month),
      chrono::day(static_cast<unsigned>(date.day))};
  if (!day.ok()) return std::nullopt;
  const int64_t days = chrono::sys_days(day).time_since_epoch().count();
  return days * kDaySeconds + date.time_of_day;
}

int year_of(int64_t unix_seconds) {
  const chrono::sys_seconds time{chrono::seconds(unix_seconds)};
  return static_cast<int>(chrono::year_month_day(chrono::floor<chrono::days>(time)).year());
}

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<int64_t> parse_fixed(string_view text) {
  Reader reader(text);
  Date date;
  reader.day_name(false);
  reader.literal(", ");
  date.day = reader.number(2);
  reader.literal(" ");
  date.month = reader.month();
  reader.literal(" ");
  date.year = reader.number(4);
  reader.literal(" ");
  date.time_of_day = reader.time_of_day();
  reader.literal(" GMT");
  return seconds_of(reader, date);
}

// Sunday, 06-Nov-94 08:49:37 GMT
std::optional<int64_t> parse_rfc850(string_view text, int64_t now) {
  Reader reader(text);
  Date date;
  reader.day_name(true);
  reader.literal(", ");
  date.day = reader.number(2);
  reader.literal("-");
  date.month = reader.month();
  reader.literal("-");
  date.year = reader.number(2);
  reader.literal(" ");
  date.time_of_day = reader.time_of_day();
  reader.literal(" GMT");
  const int this_year = year_of(now);
  date.year += this_year - this_year % 100 + 100;
  while (date.year > this_year + 50) {
    date.year -= 100;
  }
  return seconds_of(reader, date);
}

// Sun Nov  6 08:49:37 1994
std::optional<int64_t> parse_asctime(string_view text) {
  Reader reader(text);
  Date date;
  reader.day_name(false);
  reader.literal(" ");
  date.month = reader.month();
  reader.literal(" ");
  date.day = reader.number(2, true);
  reader.literal(" ");
  date.time_of_day = reader.time_of_day();
  reader.literal(" ");
  date.year = reader.number(4);
  return seconds_of(reader, date);
}

}  // namespace

HttpDate::HttpDate(int64_t unix_seconds) : text_{} {
  TENON_ASSERT(is_http_date(unix_seconds));
  const chrono::sys_seconds time{chrono::seconds(unix_seconds)};
  const chrono::sys_days day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const auto seconds = static_cast<unsigned>((time - day).count());
  const unsigned month = static_cast<unsigned>(date.month()) - 1;
  constexpr string_view kShape = "Ddd, 00 Mmm 0000 00:00:00 GMT";
  static_assert(kShape.size() == 29);
  kShape.copy(text_.data(), text_.size());
  kDays[chrono::weekday(day).c_encoding()].copy(&text_[0], 3);
  put(&text_[5], static_cast<unsigned>(date.day()), 2);
  kMonths.substr(size_t{3} * month, 3).copy(&text_[8], 3);
  put(&text_[12], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put(&text_[17], seconds / 3600, 2);
  put(&text_[20], seconds / 60 % 60, 2);
  put(&text_[23], seconds % 60, 2);
}

bool is_http_date(int64_t unix_seconds) {
  return unix_seconds >= kYear0 && unix_seconds < kYear10000;
}

std::optional<int64_t> parse_http_date(string_view text, int64_t now) {
  if (text.size() < 4) return std::nullopt;
  if (text[3] == ',') return parse_fixed(text);
  if (text[3] == ' ') return parse_asctime(text);
  return parse_rfc850(text, now);
}

}  // namespace tenon::static_files
