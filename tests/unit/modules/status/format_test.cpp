// SPDX-License-Identifier: Apache-2.0
#include "modules/status/format.hpp"

#include <gtest/gtest.h>

namespace tenon::status {
namespace {

TEST(StatusFormat, IsTextUnlessSomethingElseIsWanted) {
  EXPECT_EQ(choose_format("", ""), Format::Text);
  EXPECT_EQ(choose_format("", "*/*"), Format::Text);
  EXPECT_EQ(choose_format("", "application/json;q=0"), Format::Text);
  EXPECT_EQ(choose_format("", "text/plain, application/json;q=0.9"), Format::Text);
  EXPECT_EQ(choose_format("format=xml", ""), Format::Text);
}

TEST(StatusFormat, IsWhatTheClientLikesBest) {
  EXPECT_EQ(choose_format("", "application/json"), Format::Json);
  EXPECT_EQ(choose_format("", "image/png, application/json;q=0.5, */*;q=0.1"), Format::Json);
  EXPECT_EQ(choose_format("", "text/plain;q=0.8, application/json ; q=0.9"), Format::Json);
  EXPECT_EQ(
      choose_format("", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
      Format::Html
  );
}

TEST(StatusFormat, IsThatOfPrometheusForItsScraper) {
  EXPECT_EQ(
      choose_format(
          "",
          "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
          "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
      ),
      Format::Prometheus
  );
  EXPECT_EQ(choose_format("", "text/plain; version=0.0.4"), Format::Prometheus);
  EXPECT_EQ(choose_format("", "text/plain"), Format::Text);
}

TEST(StatusFormat, IsWhatTheQuerySays) {
  EXPECT_EQ(choose_format("format=json", ""), Format::Json);
  EXPECT_EQ(choose_format("a=b&format=json", "text/plain"), Format::Json);
  EXPECT_EQ(choose_format("format=text", "application/json"), Format::Text);
  EXPECT_EQ(choose_format("format=html", ""), Format::Html);
  EXPECT_EQ(choose_format("format=prometheus", "text/html"), Format::Prometheus);
}

}  // namespace
}  // namespace tenon::status
