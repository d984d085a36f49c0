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
  std::strcpy(slot.name, "default");
  std::strcpy(slot.address, "127.0.0.1:8080");
  report.listeners.push_back(slot);
  return report;
}

TEST(StatusReport, ListsItsNumbersAsText) {
  const std::string text = as_text(sample());

  EXPECT_TRUE(text.starts_with("version: 0.1.0\nmpm: winnt\ngeneration: 3\n")) << text;
  EXPECT_NE(text.find("\nuptime_seconds: 61\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nrequests: 12345678901234567890\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(
      "listener: name=default address=127.0.0.1:8080 accept_mode=acceptex paused=false accepts=7 "
      "client_errors=0 resource_errors=0 other_errors=0\n"
  )) << text;
}

TEST(StatusReport, IsOneJsonObject) {
  const std::string json = as_json(sample());

  EXPECT_TRUE(json.starts_with("{\"version\":\"0.1.0\",\"mpm\":\"winnt\",\"generation\":3,"))
      << json;
  EXPECT_TRUE(json.ends_with(
      ",\"listeners\":[{\"name\":\"default\",\"address\":\"127.0.0.1:8080\","
      "\"accept_mode\":\"acceptex\",\"paused\":false,\"accepts\":7,\"client_errors\":0,"
      "\"resource_errors\":0,\"other_errors\":0}]}\n"
  )) << json;
}

TEST(StatusReport, SeparatesSeveralListeners) {
  Report report = sample();
  report.listeners.push_back(report.listeners[0]);

  EXPECT_NE(as_json(report).find("},{\"name\""), std::string::npos);
  report.listeners.clear();
  EXPECT_TRUE(as_json(report).ends_with("\"listeners\":[]}\n"));
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

TEST(StatusReport, IsJsonWhereTheClientSaysSo) {
  EXPECT_FALSE(wants_json("", ""));
  EXPECT_TRUE(wants_json("", "application/json"));
  EXPECT_TRUE(wants_json("", "text/html, application/json;q=0.5, */*;q=0.1"));
  EXPECT_FALSE(wants_json("", "*/*"));
  EXPECT_FALSE(wants_json("", "application/json;q=0"));
  EXPECT_FALSE(wants_json("", "text/plain, application/json;q=0.9"));
  EXPECT_TRUE(wants_json("", "text/plain;q=0.8, application/json ; q=0.9"));
  EXPECT_TRUE(wants_json("format=json", ""));
  EXPECT_TRUE(wants_json("a=b&format=json", "text/plain"));
  EXPECT_FALSE(wants_json("format=text", "application/json"));
  EXPECT_FALSE(wants_json("format=xml", ""));
}

}  // namespace
}  // namespace tenon::status
