// SPDX-License-Identifier: Apache-2.0
#include "modules/static/http_date.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::static_files {
namespace {

constexpr int64_t kNow = 1'795'000'000;  // in November 2026
constexpr int64_t kExample = 784'111'777;

TEST(HttpDate, WritesTheFixedForm) {
  EXPECT_EQ(HttpDate(kExample).text(), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(HttpDate(0).text(), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(HttpDate(951'827'696).text(), "Tue, 29 Feb 2000 12:34:56 GMT");
  EXPECT_EQ(HttpDate(-1).text(), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(HttpDate(253'402'300'799).text(), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(HttpDate, KnowsWhichYearsHaveFourDigits) {
  EXPECT_TRUE(is_http_date(-62'167'219'200));
  EXPECT_FALSE(is_http_date(-62'167'219'201));
  EXPECT_TRUE(is_http_date(253'402'300'799));
  EXPECT_FALSE(is_http_date(253'402'300'800));
}

TEST(HttpDate, ReadsAllThreeForms) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sun Nov 06 08:49:37 1994", kNow), kExample);
}

TEST(HttpDate, ReadsBackWhatItWrites) {
  for (int64_t time = -100'000'000; time < 4'000'000'000; time += 86'399 * 37) {
    EXPECT_EQ(parse_http_date(HttpDate(time).text(), kNow), time);
  }
}

TEST(HttpDate, TakesTwoDigitsForTheYearAtMost50YearsAhead) {
  const auto year = [](int64_t time) { return std::string(HttpDate(time).text().substr(12, 4)); };

  EXPECT_EQ(year(*parse_http_date("Sunday, 06-Nov-76 08:49:37 GMT", kNow)), "2076");
  EXPECT_EQ(year(*parse_http_date("Sunday, 06-Nov-77 08:49:37 GMT", kNow)), "1977");
  EXPECT_EQ(year(*parse_http_date("Sunday, 06-Nov-26 08:49:37 GMT", kNow)), "2026");
}

TEST(HttpDate, TakesALeapSecondForTheOneBefore) {
  EXPECT_EQ(
      parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow),
      parse_http_date("Sat, 31 Dec 2016 23:59:59 GMT", kNow)
  );
}

TEST(HttpDate, RefusesWhatIsNoDate) {
  for (const std::string_view text : {
           "",
           "now",
           "Sun, 06 Nov 1994 08:49:37",
           "Sun, 06 Nov 1994 08:49:37 UTC",
           "Sun, 06 Nov 1994 08:49:37 GMT ",
           "Sun, 6 Nov 1994 08:49:37 GMT",
           "Sun, 31 Feb 1994 08:49:37 GMT",
           "Sun, 00 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 24:00:00 GMT",
           "Sun, 06 Nov 1994 08:60:00 GMT",
           "Sun, 06 Nov 1994 08:49:61 GMT",
           "Sun, 06 nov 1994 08:49:37 GMT",
           "Sun, 06 ovD 1994 08:49:37 GMT",
           "Xyz, 06 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 19x4 08:49:37 GMT",
           "Sun, -6 Nov 1994 08:49:37 GMT",
           "Funday, 06-Nov-94 08:49:37 GMT",
           "784111777",
       }) {
    EXPECT_FALSE(parse_http_date(text, kNow)) << text;
  }
}

}  // namespace
}  // namespace tenon::static_files
