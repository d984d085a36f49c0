// SPDX-License-Identifier: Apache-2.0
#include "modules/status/report.hpp"

#include <cstring>

#include <gtest/gtest.h>

namespace tenon::status {
namespace {

Report sample() {
  Report report;
  report.server.struct_size = sizeof report.server;
  report.server.generation = 3;
  report.server.version = TENON_LIT("0.1.0");
  report.server.mpm = TENON_LIT("winnt");
  report.server.uptime_ns = 61'999'999'999;
  report.server.requests = 12345678901234567890u;
  report.server.n_listeners = 1;
  tenon_listener_slot slot{};
  slot.mode = TENON_ACCEPT_ACCEPTEX;
  slot.accepts = 7;
  slot.fallbacks = 2;
  slot.replacements = 3;
  std::strcpy(slot.name, "default");
  std::strcpy(slot.address, "127.0.0.1:8080");
  report.listeners.push_back(slot);
  tenon_module_counts module{};
  module.calls = 9;
  module.failures = 2;
  module.time_ns = 1'250'999'999;
  std::strcpy(module.name, "upload");
  report.modules.push_back(module);
  return report;
}

TEST(StatusReport, ListsItsNumbersAsText) {
  const std::string text = as_text(sample());

  EXPECT_TRUE(text.starts_with("version: 0.1.0\nmpm: winnt\ngeneration: 3\n")) << text;
  EXPECT_NE(text.find("\nuptime_seconds: 61\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nrequests: 12345678901234567890\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(
      "listener: name=default address=127.0.0.1:8080 accept_mode=acceptex paused=false accepts=7 "
      "client_errors=0 resource_errors=0 other_errors=0 fallbacks=2 replacements=3\n"
      "module: name=upload calls=9 failures=2 pool_seconds=1.25\n"
  )) << text;
}

TEST(StatusReport, IsOneJsonObject) {
  const std::string json = as_json(sample());

  EXPECT_TRUE(json.starts_with("{\"version\":\"0.1.0\",\"mpm\":\"winnt\",\"generation\":3,"))
      << json;
  EXPECT_TRUE(json.ends_with(
      ",\"listeners\":[{\"name\":\"default\",\"address\":\"127.0.0.1:8080\","
      "\"accept_mode\":\"acceptex\",\"paused\":false,\"accepts\":7,\"client_errors\":0,"
      "\"resource_errors\":0,\"other_errors\":0,\"fallbacks\":2,\"replacements\":3}],\"modules\":[{"
      "\"name\":\"upload\",\"calls\":9,"
      "\"failures\":2,\"pool_seconds\":1.25}],\"metrics\":[]}\n"
  )) << json;
}

TEST(StatusReport, SeparatesSeveralListeners) {
  Report report = sample();
  report.listeners.push_back(report.listeners[0]);

  EXPECT_NE(as_json(report).find("},{\"name\""), std::string::npos);
  report.listeners.clear();
  report.modules.clear();
  EXPECT_TRUE(as_json(report).ends_with("\"listeners\":[],\"modules\":[],\"metrics\":[]}\n"));
}

TEST(StatusReport, EscapesWhatJsonCannotHold) {
  Report report = sample();
  std::strcpy(report.listeners[0].name, "a\"b\\c\n\x01");

  EXPECT_NE(as_json(report).find("\"name\":\"a\\\"b\\\\c\\u000a\\u0001\""), std::string::npos);
}

TEST(StatusReport, EndsNamesThatFillTheirSlot) {
  Report report = sample();
  std::memset(report.listeners[0].name, 'n', sizeof report.listeners[0].name);

  EXPECT_NE(as_text(report).find("name=" + std::string(32, 'n') + " address"), std::string::npos);
}

TEST(StatusReport, ListsTheMetricsOfModules) {
  Report report = sample();
  report.metrics.push_back({.kind = TENON_METRIC_COUNTER, .name = "upload_files", .help = "Files."}
  );
  report.metrics[0].labels = {{"kind", "a \"b\""}};
  report.metrics[0].value = 2.5;
  report.metrics.push_back({.kind = TENON_METRIC_HISTOGRAM, .name = "upload_bytes", .help = "B."});
  report.metrics[1].value = 30;
  report.metrics[1].bounds = {10, 20};
  report.metrics[1].counts = {1, 0, 2};

  EXPECT_TRUE(as_text(report).ends_with(
      "metric: upload_files kind=a \"b\" value=2.5\nmetric: upload_bytes count=3 sum=30\n"
  )) << as_text(report);
  EXPECT_TRUE(as_json(report).ends_with(
      "\"metrics\":[{\"name\":\"upload_files\",\"kind\":\"counter\",\"labels\":{\"kind\":"
      "\"a \\\"b\\\"\"},\"value\":2.5},{\"name\":\"upload_bytes\",\"kind\":\"histogram\","
      "\"labels\":{},\"count\":3,\"sum\":30,\"buckets\":[{\"up_to\":10,\"count\":1},"
      "{\"up_to\":20,\"count\":0},{\"count\":2}]}]}\n"
  )) << as_json(report);
}

}  // namespace
}  // namespace tenon::status
