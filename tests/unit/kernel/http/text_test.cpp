// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "http/address.hpp"
#include "http/date.hpp"
#include "http/status_text.hpp"

namespace tenon::http {
namespace {

std::string date(uint64_t unix_seconds) {
  char text[kDateBytes];
  format_date(unix_seconds, text);
  return {text, kDateBytes};
}

TEST(HttpDate, IsAFixdate) {
  EXPECT_EQ(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date(1709251199), "Thu, 29 Feb 2024 23:59:59 GMT");
}

std::string v6(std::initializer_list<uint16_t> groups) {
  tenon_endpoint endpoint{};
  endpoint.family = 6;
  size_t i = 0;
  for (const uint16_t group : groups) {
    endpoint.ip[i++] = static_cast<uint8_t>(group >> 8);
    endpoint.ip[i++] = static_cast<uint8_t>(group);
  }
  char text[kAddressBytesMax];
  return {text, format_address(endpoint, text)};
}

TEST(Address, IsFormattedAsRfc5952Wants) {
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0, 0, 0}), "::");
  EXPECT_EQ(v6({0, 0, 0, 0, 0, 0, 0, 1}), "::1");
  EXPECT_EQ(v6({0x2001, 0xdb8, 0, 0, 0, 0, 0, 1}), "2001:db8::1");
  EXPECT_EQ(v6({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(v6({1, 0, 0, 2, 0, 0, 0, 0}), "1:0:0:2::");
  EXPECT_EQ(v6({0, 0, 2, 0, 0, 3, 4, 5}), "::2:0:0:3:4:5");
  tenon_endpoint v4{};
  v4.family = 4;
  v4.ip[0] = 192;
  v4.ip[3] = 255;
  char text[kAddressBytesMax];
  EXPECT_EQ(std::string(text, format_address(v4, text)), "192.0.0.255");
}

TEST(StatusText, KnowsThePhrasesInUse) {
  EXPECT_EQ(status_text(200), "OK");
  EXPECT_EQ(status_text(431), "Request Header Fields Too Large");
  EXPECT_EQ(status_text(511), "Network Authentication Required");
  EXPECT_EQ(status_text(299), "Status");
  EXPECT_EQ(status_text(599), "Status");
}

}  // namespace
}  // namespace tenon::http
