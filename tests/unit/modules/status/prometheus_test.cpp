// SPDX-License-Identifier: Apache-2.0
#include "modules/status/prometheus.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "modules/status/html.hpp"

namespace tenon::status {
namespace {

using ::testing::HasSubstr;

Report sample() {
  Report report;
  report.server.version = TENON_LIT("0.1.0");
  report.server.mpm = TENON_LIT("winnt");
  report.server.requests = 42;
  report.server.n_threads = 6;
  report.server.n_io_threads = 2;
  tenon_listener_slot slot{};
  std::strcpy(slot.name, "default");
  slot.accepts = 7;
  slot.client_errors = 1;
  report.listeners = {slot};
  report.server.requests_active = 3;
  report.server.pool_rejected = 8;
  tenon_module_counts module{};
  module.calls = 9;
  module.time_ns = 1'250'000'000;
  std::strcpy(module.name, "upload");
  report.modules = {module};
  Sample counter{.kind = TENON_METRIC_COUNTER, .name = "upload_files", .help = "A \\ or\nso."};
  counter.labels = {{"kind", "a\"b\\c\n<d>"}};
  counter.value = 2;
  Sample more = counter;
  more.labels = {{"kind", "e"}};
  Sample histogram{.kind = TENON_METRIC_HISTOGRAM, .name = "upload_wait_seconds", .help = "W."};
  histogram.value = 3.5;
  histogram.bounds = {0.25, 1};
  histogram.counts = {4, 0, 2};
  report.metrics = {counter, more, histogram};
  return report;
}

TEST(Prometheus, ShowsTheServersOwnNumbers) {
  const std::string text = as_prometheus(sample());

  EXPECT_THAT(
      text,
      HasSubstr("# HELP tenon_requests_total Requests answered.\n"
                "# TYPE tenon_requests_total counter\ntenon_requests_total 42\n")
  );
  EXPECT_THAT(text, HasSubstr("tenon_info{version=\"0.1.0\",mpm=\"winnt\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tenon_threads{kind=\"io\"} 2\ntenon_threads{kind=\"pool\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("tenon_accepts_total{listener=\"default\"} 7\n"));
  EXPECT_THAT(
      text, HasSubstr("tenon_accept_errors_total{listener=\"default\",cause=\"client\"} 1\n")
  );
  EXPECT_THAT(text, HasSubstr("tenon_accept_fallbacks_total{listener=\"default\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("tenon_accept_replacements_total{listener=\"default\"} 0\n"));
}

TEST(Prometheus, ShowsWhatHooksCameTo) {
  const std::string text = as_prometheus(sample());

  EXPECT_THAT(text, HasSubstr("\ntenon_requests_active 3\n"));
  EXPECT_THAT(text, HasSubstr("\ntenon_pool_rejected_total 8\n"));
  EXPECT_THAT(text, HasSubstr("\ntenon_module_calls_total{module=\"upload\"} 9\n"));
  EXPECT_THAT(text, HasSubstr("\ntenon_module_failures_total{module=\"upload\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\ntenon_module_pool_seconds_total{module=\"upload\"} 1.25\n"));
  EXPECT_THAT(as_html(sample()), HasSubstr("<td>upload</td><td class=\"n\">9</td>"));
}

TEST(Prometheus, ShowsTheMetricsOfModules) {
  EXPECT_THAT(
      as_prometheus(sample()),
      HasSubstr("# HELP upload_files_total A \\\\ or\\nso.\n# TYPE upload_files_total counter\n"
                "upload_files_total{kind=\"a\\\"b\\\\c\\n<d>\"} 2\n"
                "upload_files_total{kind=\"e\"} 2\n")
  );
}

TEST(Prometheus, AddsTheBucketsOfAHistogramUp) {
  EXPECT_THAT(
      as_prometheus(sample()),
      HasSubstr("# TYPE upload_wait_seconds histogram\n"
                "upload_wait_seconds_bucket{le=\"0.25\"} 4\n"
                "upload_wait_seconds_bucket{le=\"1\"} 4\n"
                "upload_wait_seconds_bucket{le=\"+Inf\"} 6\n"
                "upload_wait_seconds_sum 3.5\nupload_wait_seconds_count 6\n")
  );
}

TEST(Prometheus, WritesNumbersAsShortAsTheyAre) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(1e9), "1000000000");
  EXPECT_EQ(number_text(-0.1), "-0.1");
  EXPECT_EQ(number_text(1e20), "1e+20");
}

TEST(StatusHtml, EscapesWhatModulesSay) {
  const std::string html = as_html(sample());

  EXPECT_TRUE(html.starts_with("<!DOCTYPE html>"));
  EXPECT_THAT(html, HasSubstr("kind=a&quot;b\\c\n&lt;d&gt;"));
  EXPECT_THAT(html, HasSubstr("6 values, sum 3.5"));
  EXPECT_THAT(html, HasSubstr("<td>requests</td><td class=\"n\">42</td>"));
}

}  // namespace
}  // namespace tenon::status
