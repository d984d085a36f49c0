// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/metrics.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

#include "kernel/module/self.hpp"
#include "kernel/module/status.hpp"

namespace tenon::module {
namespace {

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    self_.services = &services_;
    self_.name = "upload";
    self_.stage = tenon_self::Stage::Create;
  }

  static tenon_metric metric(int32_t kind, const char* name, const char* unit = nullptr) {
    tenon_metric metric{};
    metric.struct_size = sizeof metric;
    metric.kind = kind;
    metric.name = name;
    metric.unit = unit;
    metric.help = "What it counts.";
    return metric;
  }
  tenon_series* series_of(const tenon_metric& metric, const std::vector<tenon_str>& values = {}) {
    uint32_t id = 0;
    tenon_series* series = nullptr;
    EXPECT_EQ(api_.define(&self_, &metric, &id), TENON_OK) << self_.take_error();
    EXPECT_EQ(api_.series(&self_, id, values.data(), values.size(), &series), TENON_OK);
    return series;
  }
  tenon_status define(const tenon_metric& metric) {
    uint32_t id = 0;
    return api_.define(&self_, &metric, &id);
  }
  // "name{label=value}=value" lines; of histograms with the counts behind it.
  std::string shown() {
    std::string text;
    const auto show = [](void* context, const tenon_metric_sample* sample) {
      std::string& out = *static_cast<std::string*>(context);
      out += view(sample->name);
      for (size_t i = 0; i < sample->n_labels; ++i) {
        out.append("{").append(view(sample->labels[i])).append("=");
        out.append(view(sample->values[i])).append("}");
      }
      out += "=" + std::to_string(std::lround(sample->value));
      for (size_t i = 0; sample->counts != nullptr && i <= sample->n_bounds; ++i) {
        out += "," + std::to_string(sample->counts[i]);
      }
      out += "\n";
    };
    EXPECT_EQ(status_api().metrics(&self_, show, &text), TENON_OK);
    return text;
  }

  const tenon_metrics& api_ = metrics_api();
  Services services_;
  tenon_self self_;
};

TEST_F(MetricsTest, CountersOnlyGrow) {
  tenon_series* const series = series_of(metric(TENON_METRIC_COUNTER, "received", "bytes"));

  api_.add(series, 40);
  api_.add(series, 2);
  api_.add(series, -5);
  api_.add(series, std::nan(""));
  api_.observe(series, 99);

  EXPECT_EQ(shown(), "upload_received_bytes=42\n");
}

TEST_F(MetricsTest, GaugesGoUpAndDownAndAreSet) {
  tenon_series* const series = series_of(metric(TENON_METRIC_GAUGE, "open"));

  api_.observe(series, 10);
  api_.add(series, -3);

  EXPECT_EQ(shown(), "upload_open=7\n");
}

TEST_F(MetricsTest, HistogramsCountUpToEachBound) {
  const double bounds[] = {1, 10};
  tenon_metric histogram = metric(TENON_METRIC_HISTOGRAM, "wait", "seconds");
  histogram.bounds = bounds;
  histogram.n_bounds = 2;
  tenon_series* const series = series_of(histogram);

  for (const double value : {0.5, 1.0, 9.0, 11.0, 100.0}) {
    api_.observe(series, value);
  }
  api_.add(series, 5);

  EXPECT_EQ(shown(), "upload_wait_seconds=122,2,1,2\n");
}

TEST_F(MetricsTest, LabelsMakeSeriesOfOneMetric) {
  const char* const labels[] = {"kind", nullptr};
  tenon_metric counter = metric(TENON_METRIC_COUNTER, "files");
  counter.labels = labels;

  tenon_series* const text = series_of(counter, {TENON_LIT("text")});
  tenon_series* const image = series_of(counter, {TENON_LIT("image")});
  api_.add(text, 1);
  api_.add(image, 2);

  EXPECT_EQ(series_of(counter, {TENON_LIT("text")}), text);
  EXPECT_EQ(shown(), "upload_files{kind=image}=2\nupload_files{kind=text}=1\n");
}

TEST_F(MetricsTest, LabelValuesAreCutAndAlwaysUtf8) {
  const char* const labels[] = {"name", nullptr};
  tenon_metric counter = metric(TENON_METRIC_COUNTER, "files");
  counter.labels = labels;
  const std::string odd =
                        "\xff\xfe"
                        "a",
                    cut = std::string(127, 'b') + "\xc3\xa4";

  series_of(counter, {str(odd)});
  series_of(counter, {str(cut)});

  EXPECT_EQ(
      shown(), "upload_files{name=??a}=0\nupload_files{name=" + std::string(127, 'b') + "?}=0\n"
  );
}

TEST_F(MetricsTest, TheSameOneMayBeDefinedAgain) {
  EXPECT_EQ(
      series_of(metric(TENON_METRIC_COUNTER, "received", "bytes")),
      series_of(metric(TENON_METRIC_COUNTER, "received_bytes", "bytes"))
  );
  EXPECT_EQ(define(metric(TENON_METRIC_GAUGE, "received", "bytes")), TENON_E_ARG);
  EXPECT_EQ(
      self_.take_error(),
      "the metric \"received\" cannot be defined: there is another metric of that name"
  );
}

TEST_F(MetricsTest, BelongToTheirModule) {
  uint32_t id = 0;
  const tenon_metric counter = metric(TENON_METRIC_COUNTER, "received");
  ASSERT_EQ(api_.define(&self_, &counter, &id), TENON_OK);
  tenon_self other;
  other.services = &services_;
  other.name = "other";
  tenon_series* series = nullptr;

  EXPECT_EQ(api_.series(&other, id, nullptr, 0, &series), TENON_E_ARG);
  EXPECT_EQ(api_.series(&self_, id + 1, nullptr, 0, &series), TENON_E_ARG);
  const tenon_str value = TENON_LIT("x");
  EXPECT_EQ(api_.series(&self_, id, &value, 1, &series), TENON_E_ARG);
}

TEST_F(MetricsTest, AreDefinedInLoadAndCreateOnly) {
  const tenon_metric counter = metric(TENON_METRIC_COUNTER, "received");

  self_.stage = tenon_self::Stage::None;
  EXPECT_EQ(define(counter), TENON_E_STATE);
  self_.stage = tenon_self::Stage::Check;
  EXPECT_EQ(define(counter), TENON_E_STATE);
  self_.stage = tenon_self::Stage::Load;
  EXPECT_EQ(define(counter), TENON_OK);
}

TEST_F(MetricsTest, RefuseWhatNobodyCouldRead) {
  const char* const twice[] = {"a", "a", nullptr};
  const char* const le[] = {"le", nullptr};
  const double falling[] = {2, 1};
  const double infinite[] = {std::numeric_limits<double>::infinity()};
  std::vector<tenon_metric> bad = {
      metric(TENON_METRIC_COUNTER, "Bad"),
      metric(TENON_METRIC_COUNTER, ""),
      metric(TENON_METRIC_COUNTER, nullptr),
      metric(TENON_METRIC_COUNTER, "x", "Per Second"),
      metric(9, "x"),
      metric(TENON_METRIC_HISTOGRAM, "x"),
  };
  bad.push_back(metric(TENON_METRIC_COUNTER, "x"));
  bad.back().help = nullptr;
  bad.push_back(metric(TENON_METRIC_COUNTER, "x"));
  bad.back().labels = twice;
  bad.push_back(metric(TENON_METRIC_COUNTER, "x"));
  bad.back().bounds = falling;
  bad.back().n_bounds = 1;
  for (const double* const bounds : {falling, infinite}) {
    bad.push_back(metric(TENON_METRIC_HISTOGRAM, "x"));
    bad.back().bounds = bounds;
    bad.back().n_bounds = bounds == falling ? 2 : 1;
  }
  const double good[] = {1};
  bad.push_back(metric(TENON_METRIC_HISTOGRAM, "x"));
  bad.back().bounds = good;
  bad.back().n_bounds = 1;
  bad.back().labels = le;

  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(define(bad[i]), TENON_E_ARG) << i;
    EXPECT_NE(self_.take_error(), "") << i;
  }
}

TEST_F(MetricsTest, SeriesAreBounded) {
  const char* const labels[] = {"user", nullptr};
  tenon_metric counter = metric(TENON_METRIC_COUNTER, "visits");
  counter.labels = labels;
  uint32_t id = 0;
  ASSERT_EQ(api_.define(&self_, &counter, &id), TENON_OK);
  tenon_series* series = nullptr;
  for (int i = 0; i < 1000; ++i) {
    const std::string user = std::to_string(i);
    const tenon_str value = str(user);
    ASSERT_EQ(api_.series(&self_, id, &value, 1, &series), TENON_OK);
  }

  const tenon_str known = TENON_LIT("7"), one_more = TENON_LIT("one more");
  EXPECT_EQ(api_.series(&self_, id, &known, 1, &series), TENON_OK);
  EXPECT_EQ(api_.series(&self_, id, &one_more, 1, &series), TENON_E_LIMIT);
}

TEST_F(MetricsTest, NothingIsLostBetweenThreads) {
  tenon_series* const series = series_of(metric(TENON_METRIC_COUNTER, "received"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) {
        api_.add(series, 1);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(shown(), "upload_received=40000\n");
}

}  // namespace
}  // namespace tenon::module
