// SPDX-License-Identifier: Apache-2.0
#include "modules/static/conditions.hpp"

#include <vector>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

namespace tenon::static_files {
namespace {

constexpr int64_t kNow = 1'795'000'000;
constexpr Validators kStrong{"\"tag\"", 784'111'777};
constexpr Validators kWeak{"W/\"tag\"", 784'111'777};
constexpr std::string_view kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view kSame = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kAfter = "Sun, 06 Nov 1994 08:49:38 GMT";

struct Line {
  std::string_view name, value;
};

Outcome outcome(const std::vector<Line>& lines, const Validators& file = kStrong) {
  std::vector<tenon_header> headers = {{TENON_LIT("host"), TENON_LIT("x"), 0, 0}};
  for (const Line& line : lines) {
    headers.push_back({str(line.name), str(line.value), 0, 0});
  }
  return evaluate(headers, file, kNow);
}

TEST(Conditions, WithoutAnyProceed) {
  EXPECT_EQ(outcome({}), Outcome::Proceed);
}

TEST(Conditions, IfNoneMatchComparesWeakly) {
  EXPECT_EQ(outcome({{"if-none-match", "\"tag\""}}), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-none-match", "W/\"tag\""}}), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-none-match", "\"tag\""}}, kWeak), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-none-match", "\"other\", \"tag\""}}), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-none-match", "*"}}), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-none-match", "\"other\""}}), Outcome::Proceed);
}

TEST(Conditions, IfNoneMatchMayStandInSeveralLines) {
  EXPECT_EQ(
      outcome({{"if-none-match", "\"a\""}, {"if-none-match", "\"tag\""}}), Outcome::NotModified
  );
}

TEST(Conditions, IfNoneMatchOutweighsIfModifiedSince) {
  EXPECT_EQ(
      outcome({{"if-none-match", "\"other\""}, {"if-modified-since", kSame}}), Outcome::Proceed
  );
  EXPECT_EQ(
      outcome({{"if-modified-since", kBefore}, {"if-none-match", "\"tag\""}}), Outcome::NotModified
  );
}

TEST(Conditions, IfModifiedSinceComparesDates) {
  EXPECT_EQ(outcome({{"if-modified-since", kBefore}}), Outcome::Proceed);
  EXPECT_EQ(outcome({{"if-modified-since", kSame}}), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-modified-since", kAfter}}), Outcome::NotModified);
  EXPECT_EQ(outcome({{"if-modified-since", "garbage"}}), Outcome::Proceed);
}

TEST(Conditions, IfMatchComparesStrongly) {
  EXPECT_EQ(outcome({{"if-match", "\"tag\""}}), Outcome::Proceed);
  EXPECT_EQ(outcome({{"if-match", "*"}}), Outcome::Proceed);
  EXPECT_EQ(outcome({{"if-match", "\"other\""}}), Outcome::PreconditionFailed);
  EXPECT_EQ(outcome({{"if-match", "W/\"tag\""}}), Outcome::PreconditionFailed);
  EXPECT_EQ(outcome({{"if-match", "W/\"tag\""}}, kWeak), Outcome::PreconditionFailed);
}

TEST(Conditions, IfUnmodifiedSinceComparesDatesUnlessIfMatchIsThere) {
  EXPECT_EQ(outcome({{"if-unmodified-since", kBefore}}), Outcome::PreconditionFailed);
  EXPECT_EQ(outcome({{"if-unmodified-since", kSame}}), Outcome::Proceed);
  EXPECT_EQ(outcome({{"if-unmodified-since", "garbage"}}), Outcome::Proceed);
  EXPECT_EQ(outcome({{"if-unmodified-since", kBefore}, {"if-match", "\"tag\""}}), Outcome::Proceed);
}

TEST(Conditions, AFailedPreconditionComesFirst) {
  EXPECT_EQ(
      outcome({{"if-none-match", "\"tag\""}, {"if-match", "\"other\""}}),
      Outcome::PreconditionFailed
  );
  EXPECT_EQ(outcome({{"if-none-match", "\"tag\""}, {"if-match", "\"tag\""}}), Outcome::NotModified);
}

}  // namespace
}  // namespace tenon::static_files
