// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.hpp"

#include <cstring>
#include <memory>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

#include "http/head_scanner.hpp"

namespace tenon::http {
namespace {

// A parsed head with the memory that it points into: a block of exactly its size, so that a
// sanitizer sees the parser look beyond the end.
struct Parsed {
  std::unique_ptr<char[]> bytes;
  Arena arena{1024 * 1024};
  RequestHead head;
  Refusal refusal;
};

std::unique_ptr<Parsed> parse(std::string_view text) {
  auto parsed = std::make_unique<Parsed>();
  const config::Limits limits;
  HeadScanner scanner;
  EXPECT_TRUE(scanner.scan(text, limits)) << text;
  parsed->refusal = scanner.refusal();
  if (parsed->refusal) return parsed;
  const size_t size = scanner.head_bytes();
  parsed->bytes.reset(new char[size]);
  std::memcpy(parsed->bytes.get(), text.data(), size);
  parsed->refusal = parse_request_head(
      parsed->bytes.get(), size, scanner.n_fields(), limits, parsed->arena, parsed->head
  );
  return parsed;
}

int status_of(std::string_view text) {
  return parse(text)->refusal.status;
}

int status_of_fields(std::string_view fields) {
  return status_of("POST / HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n");
}

TEST(RequestHead, TellsWhatWasSent) {
  const auto parsed = parse(
      "GET /a%20b/./c?q=%41 HTTP/1.1\r\nHost: Example.COM:8080\r\n"
      "X-Name: \t a value \t\r\nEmpty:\r\n\r\n"
  );
  const RequestHead& head = parsed->head;

  EXPECT_FALSE(parsed->refusal) << parsed->refusal.why;
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/a%20b/./c?q=%41");
  EXPECT_EQ(head.path, "/a b/c");
  EXPECT_EQ(head.query, "q=%41");
  EXPECT_EQ(head.host, "example.com");
  EXPECT_EQ(head.version, 0x0101u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(head.content_length, -1);
  ASSERT_EQ(head.n_fields, 3u);
  EXPECT_EQ(view(head.fields[0].name), "host");
  EXPECT_EQ(view(head.fields[0].value), "Example.COM:8080");
  EXPECT_EQ(view(head.fields[1].name), "x-name");
  EXPECT_EQ(view(head.fields[1].value), "a value");
  EXPECT_EQ(view(head.fields[2].value), "");
}

struct Case {
  const char* text;
  int status;
};

TEST(RequestHead, JudgesRequestLines) {
  const Case cases[] = {
      {"GET / HTTP/1.1", 0},
      {"GET / HTTP/1.0", 0},
      {"M-SEARCH / HTTP/1.1", 0},
      {"GET /", 400},
      {"GET", 400},
      {"GET  / HTTP/1.1", 400},
      {"GET / HTTP/1.1 ", 400},
      {"GET /a b HTTP/1.1", 400},
      {"G\"T / HTTP/1.1", 400},
      {"GET / http/1.1", 400},
      {"GET / HTTP/1.10", 400},
      {"GET / HTTP/1", 400},
      {"GET / HTTPS/1.1", 400},
      {"GET / HTTP/1.2", 0},
      {"GET / HTTP/2.0", 505},
      {"GET / HTTP/0.9", 505},
      {"GET x HTTP/1.1", 400},
      {"GET * HTTP/1.1", 400},
      {"OPTIONS * HTTP/1.1", 0},
      {"OPTIONS http://x HTTP/1.1", 0},
      {"CONNECT x:443 HTTP/1.1", 501},
      {"CONNECT [::1]:443 HTTP/1.1", 501},
      {"CONNECT x HTTP/1.1", 400},
      {"CONNECT x: HTTP/1.1", 400},
      {"CONNECT x:65536 HTTP/1.1", 400},
      {"CONNECT u@x:443 HTTP/1.1", 400},
      {"CONNECT / HTTP/1.1", 400},
      {"CONNECT * HTTP/1.1", 400},
      {"GET x:443 HTTP/1.1", 400},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH / HTTP/1.1", 501},
      {"GET /a#b HTTP/1.1", 400},
      {"GET /?a#b HTTP/1.1", 400},
      {"GET /a|b^c[d] HTTP/1.1", 0},
      {"GET /a{b} HTTP/1.1", 400},
      {"GET /a`b HTTP/1.1", 400},
      {"GET /?a|{`\\}%zz HTTP/1.1", 0},
      {"GET /?a\"b HTTP/1.1", 400},
      {"GET /?<a> HTTP/1.1", 400},
      {"GET /\x01 HTTP/1.1", 400},
      {"GET /\xc3\xa4 HTTP/1.1", 400},
      {"GET /\t HTTP/1.1", 400},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(status_of(std::string(c.text) + "\r\nHost: x\r\n\r\n"), c.status) << c.text;
  }
}

TEST(RequestHead, JudgesFields) {
  const Case cases[] = {
      {"A: b\r\n", 0},
      {"A:b\r\n", 0},
      {"A: \xff\r\n", 0},
      {"A : b\r\n", 400},
      {" A: b\r\n", 400},
      {"A: b\r\n c\r\n", 400},
      {"A: b\r\n\tc\r\n", 400},
      {"A\r\n", 400},
      {": b\r\n", 400},
      {"A(: b\r\n", 400},
      {"A: b\x01\r\n", 400},
      {"A: b\rc\r\n", 400},
      {"A: \x7f\r\n", 400},
      {"A: b\r\r\n", 400},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(status_of_fields(c.text), c.status) << c.text;
  }
}

TEST(RequestHead, RefusesNulBytes) {
  using namespace std::string_view_literals;
  EXPECT_EQ(status_of_fields("A: b\0c\r\n"sv), 400);
  EXPECT_EQ(status_of("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"sv), 400);
}

TEST(RequestHead, JudgesTheBodysFraming) {
  const Case cases[] = {
      {"Content-Length: 0\r\n", 0},
      {"Content-Length: 10\r\n", 0},
      {"Content-Length: 10\r\nContent-Length: 10\r\n", 400},
      {"Content-Length: 10\r\nContent-Length: 11\r\n", 400},
      {"Content-Length: 10, 10\r\n", 400},
      {"Content-Length: +1\r\n", 400},
      {"Content-Length: -1\r\n", 400},
      {"Content-Length: 0x10\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 1 1\r\n", 400},
      {"Content-Length: 99999999999999999999\r\n", 400},
      {"Content-Length: 9223372036854775808\r\n", 400},
      {"Transfer-Encoding: chunked\r\n", 0},
      {"Transfer-Encoding: Chunked\r\n", 0},
      {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400},
      {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: , chunked ,\r\n", 0},
      {"Transfer-Encoding: gzip, chunked\r\n", 501},
      {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", 501},
      {"Transfer-Encoding: gzip;q=\"1\", chunked\r\n", 501},
      {"Transfer-Encoding: chunked, gzip\r\n", 400},
      {"Transfer-Encoding: chunked, chunked\r\n", 400},
      {"Transfer-Encoding: chunked, identity\r\n", 400},
      {"Transfer-Encoding: chunked;a=b\r\n", 400},
      {"Transfer-Encoding: chunked;\r\n", 400},
      {"Transfer-Encoding: \"chunked\"\r\n", 400},
      {"Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", 400},
      {"Transfer-Encoding: identity\r\n", 501},
      {"Transfer-Encoding: xchunked\r\n", 501},
      {"Transfer-Encoding:\r\n", 400},
      {"Transfer-Encoding: ,\r\n", 400},
      {"Expect: 100-continue\r\nContent-Length: 1\r\n", 0},
      {"Expect:\r\n", 0},
      {"Expect: more\r\n", 417},
      {"Expect: 100-continue, more\r\n", 417},
      {"Expect: more\r\nContent-Length: x\r\n", 400},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(status_of_fields(c.text), c.status) << c.text;
  }
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestHead, JudgesHosts) {
  const Case cases[] = {
      {"Host: x\r\n", 0},
      {"Host: 127.0.0.1:80\r\n", 0},
      {"Host: [::1]:8080\r\n", 0},
      {"Host: [::1]\r\n", 0},
      {"Host: x:\r\n", 0},
      {"Host: [::ffff:127.0.0.1]:65535\r\n", 0},
      {"Host:\r\n", 400},
      {"Host: x:65536\r\n", 400},
      {"Host: [::1%25eth0]\r\n", 400},
      {"Host: [1:2:3]\r\n", 400},
      {"Host: [::1]:x\r\n", 400},
      {"Host: ::1\r\n", 400},
      {"", 400},
      {"Host: x\r\nHost: x\r\n", 400},
      {"Host: x, y\r\n", 400},
      {"Host: x/y\r\n", 400},
      {"Host: a@b\r\n", 400},
      {"Host: x:80:90\r\n", 400},
      {"Host: x:8a\r\n", 400},
      {"Host: x:123456\r\n", 400},
      {"Host: :80\r\n", 400},
      {"Host: [::1\r\n", 400},
      {"Host: [::1]x\r\n", 400},
      {"Host: [x]\r\n", 400},
      {"Host: a%62\r\n", 400},
  };
  for (const Case& c : cases) {
    const std::string text = "GET / HTTP/1.1\r\n" + std::string(c.text) + "\r\n";
    EXPECT_EQ(status_of(text), c.status) << c.text;
  }
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(RequestHead, TakesTheHostOfAnAbsoluteTarget) {
  const auto parsed = parse("GET http://A.example:80?q HTTP/1.1\r\nHost: b.example\r\n\r\n");

  EXPECT_FALSE(parsed->refusal);
  EXPECT_EQ(parsed->head.host, "a.example");
  EXPECT_EQ(parsed->head.path, "/");
  EXPECT_EQ(parsed->head.query, "q");
  EXPECT_EQ(status_of("GET http://a/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET http:/// HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET http://u@a/ HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET ftp://a/ HTTP/1.1\r\nHost: x\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET http://a/ HTTP/1.1\r\nHost: x/y\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), 421);
}

TEST(RequestHead, RefusesTheFirstFaultWhateverElseThereIs) {
  EXPECT_EQ(status_of("GET / HTTP/3.0\r\nA: b\rc\r\n\r\n"), 400);
  EXPECT_EQ(status_of("CONNECT x:443 HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"), 400);
}

TEST(RequestHead, KnowsWhetherTheConnectionPersists) {
  const auto keeps = [](std::string_view version, std::string_view fields) {
    const std::string text = "GET / HTTP/" + std::string(version) + "\r\nHost: x\r\n";
    return parse(text + std::string(fields) + "\r\n")->head.keep_alive;
  };

  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_FALSE(keeps("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_TRUE(keeps("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps("1.0", "Connection: keep-alive, close\r\n"));
}

}  // namespace
}  // namespace tenon::http
