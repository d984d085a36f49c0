// SPDX-License-Identifier: Apache-2.0
#include "http/head_scanner.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::http {
namespace {

TEST(HeadScanner, FindsTheEndByteByByte) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
  const std::string bytes = head + "GET /next";
  const config::Limits limits;
  HeadScanner scanner;

  for (size_t i = 1; i < head.size(); ++i) {
    ASSERT_FALSE(scanner.scan(std::string_view(bytes).substr(0, i), limits)) << i;
  }
  ASSERT_TRUE(scanner.scan(bytes, limits));

  EXPECT_FALSE(scanner.refusal());
  EXPECT_EQ(scanner.head_bytes(), head.size());
  EXPECT_EQ(scanner.n_fields(), 2u);
}

int status_of(std::string_view bytes, const config::Limits& limits = {}) {
  HeadScanner scanner;
  return scanner.scan(bytes, limits) ? scanner.refusal().status : -1;
}

TEST(HeadScanner, RefusesBareLineFeedsAtOnce) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\n"), 400);
}

TEST(HeadScanner, RefusesBareCarriageReturnsAtOnce) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r"), -1);
  EXPECT_EQ(status_of("GET / HTTP/1.1\rH"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\r"), 400);
}

// The status does not depend on how much of the head comes at once.
TEST(HeadScanner, RefusesTheFirstOfManyFaults) {
  config::Limits limits;
  limits.header_count = 1;
  limits.header_bytes = 100;
  limits.target_bytes = 20;
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string filler(90, 'x');
  const std::string heads[] = {
      line + "a: \r1\r\nb: 2\r\n\r\n",
      line + "a: \r" + filler + "\r\n",
      line + "a: " + filler + "\r1\r\n",
      line + "a: " + filler + "\n",
      line + "a: " + filler + "\r\n",
      "GET /\r" + filler,
      "GET /" + filler + "\r ",
      "GET" + filler + "\n",
  };
  for (const std::string& head : heads) {
    HeadScanner scanner;
    size_t size = 1;
    while (size < head.size() && !scanner.scan(std::string_view(head).substr(0, size), limits)) {
      ++size;
    }
    scanner.scan(head, limits);
    EXPECT_EQ(status_of(head, limits), scanner.refusal().status) << head;
    EXPECT_NE(scanner.refusal().status, 0) << head;
  }
}

TEST(HeadScanner, RefusesAFirstByteThatBeginsNoMethod) {
  EXPECT_EQ(status_of("\x16\x03\x01"), 400);
  EXPECT_EQ(status_of(" GET"), 400);
  EXPECT_EQ(status_of("\r\n"), 400);
}

TEST(HeadScanner, RefusesALongRequestLineBeforeItsEnd) {
  config::Limits limits;
  limits.target_bytes = 100;

  EXPECT_EQ(status_of("GET /" + std::string(95, 'a'), limits), -1);
  EXPECT_EQ(status_of("GET /" + std::string(200, 'a'), limits), 414);
  EXPECT_EQ(status_of("GET /" + std::string(200, 'a') + " HTTP/1.1\r\n\r\n", limits), 414);
  EXPECT_EQ(status_of(std::string(200, 'A') + " / HTTP/1.1\r\n\r\n", limits), 501);
}

TEST(HeadScanner, RefusesTooManyFieldsAndBytes) {
  config::Limits limits;
  limits.header_count = 2;
  limits.target_bytes = 100;
  limits.header_bytes = 100;
  const std::string line = "GET / HTTP/1.1\r\n";

  EXPECT_EQ(status_of(line + "a: 1\r\nb: 2\r\n\r\n", limits), 0);
  EXPECT_EQ(status_of(line + "a: 1\r\nb: 2\r\nc: 3\r\n", limits), 431);
  EXPECT_EQ(status_of(line + "a: " + std::string(100, 'x'), limits), 431);
  EXPECT_EQ(status_of(line + "a: " + std::string(100, 'x') + "\r\n\r\n", limits), 431);
}

}  // namespace
}  // namespace tenon::http
