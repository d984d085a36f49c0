// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

// A server whose /* says hello and whose /echo gives back the body.
class Session : public ::testing::Test {
 protected:
  Session() {
    server.route("/echo", [this](tenon_req* request, const tenon_req_info&) {
      tenon_buf body{};
      EXPECT_EQ(server.host.body(request, &body), TENON_OK);
      return server.text(request, view(body));
    });
    server.route("/*", [this](tenon_req* request, const tenon_req_info& info) {
      return server.text(request, "hello " + std::string(view(info.rest)));
    });
  }
  ~Session() override { EXPECT_THAT(server.mpm.breaches, IsEmpty()); }

  std::string get(std::string_view path, std::string_view fields = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
  }
  std::string echo(std::string_view body, std::string_view fields = "") {
    return "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(fields) + "\r\n" + std::string(body);
  }
  int status_of(std::string_view request) {
    const auto all = answers(server.exchange(request));
    return all.size() == 1 ? all.front().status : -static_cast<int>(all.size());
  }

  Server server;
};

TEST_F(Session, AnswersAndKeepsTheConnection) {
  Connection& connection = server.connect();

  for (int i = 0; i < 3; ++i) {
    connection.send(get("/you"));
    server.mpm.run();
    const auto all = answers(connection.take_output());
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].status, 200);
    EXPECT_EQ(all[0].body, "hello you");
    EXPECT_EQ(all[0].field("Content-Type"), "text/plain");
    EXPECT_EQ(all[0].field("Content-Length"), "9");
    EXPECT_EQ(all[0].field("Server"), "Tenon");
    EXPECT_THAT(all[0].field("Date"), EndsWith(" GMT"));
    EXPECT_EQ(all[0].field("Connection"), "");
  }

  EXPECT_FALSE(connection.closed);
  EXPECT_EQ(connection.writes.size(), 3u);
  EXPECT_EQ(server.slot(0).requests, 3u);
}

TEST_F(Session, ServesPipelinedRequestsInOrder) {
  Connection& connection = server.connect();
  connection.send(get("/1") + echo("two") + get("/3"));

  server.mpm.run();

  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].body, "hello 1");
  EXPECT_EQ(all[1].body, "two");
  EXPECT_EQ(all[2].body, "hello 3");
  EXPECT_EQ(connection.n_receives, 4u);  // One per head and one for the body: nothing is re-read.
}

// The answers without what time and pace may change.
std::string without_dates(std::string text) {
  for (size_t at = 0; (at = text.find("Date: ", at)) != std::string::npos;) {
    text.erase(at, text.find("\r\n", at) + 2 - at);
  }
  return text;
}

TEST_F(Session, AnswersTheSameHoweverTheBytesAreSplit) {
  const std::string bytes = "\r\n" + get("/a%20b", "X: y\r\n") + echo("body") +
                            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\n0\r\n\r\n" +
                            "HEAD / HTTP/1.0\r\n\r\n";
  const std::string whole = without_dates(server.exchange(bytes));

  EXPECT_EQ(answers(whole.substr(0, whole.rfind("HTTP/1.1"))).size(), 3u);
  for (size_t split = 1; split < bytes.size(); ++split) {
    Connection& connection = server.connect();
    connection.send(bytes.substr(0, split));
    server.mpm.run();
    connection.send(bytes.substr(split));
    server.mpm.run();
    ASSERT_EQ(without_dates(connection.take_output()), whole) << "split at " << split;
  }
  for (size_t piece = 1; piece < 8; ++piece) {
    Connection& connection = server.connect();
    connection.behaviour.bytes_per_receive = piece;
    connection.send(bytes);
    server.mpm.run();
    ASSERT_EQ(without_dates(connection.take_output()), whole) << "pieces of " << piece;
  }
}

TEST_F(Session, SendsOnlyTheHeadToHead) {
  const std::string output = server.exchange("HEAD /you HTTP/1.1\r\nHost: x\r\n\r\n");

  const auto all = answers(output, true);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].field("Content-Length"), "9");
  EXPECT_THAT(output, EndsWith("\r\n\r\n"));
}

TEST_F(Session, RefusesHeadWithoutAPage) {
  EXPECT_THAT(server.exchange("HEAD /" + std::string(9000, 'a')), EndsWith("\r\n\r\n"));
  EXPECT_THAT(server.exchange("HEAD / HTTP/1.1\r\n\r\n"), EndsWith("\r\n\r\n"));
}

TEST_F(Session, SendsHeadAndSmallBodyInOneWrite) {
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();

  ASSERT_EQ(connection.writes.size(), 1u);
  EXPECT_THAT(connection.writes[0].memory, EndsWith("\r\n\r\nhello "));
}

TEST_F(Session, CutsALargeBodyIntoSteps) {
  const std::string body(1'000'000, 'b');
  Connection& connection = server.connect();
  connection.send(echo(body));
  server.mpm.run();

  EXPECT_EQ(connection.writes.size(), 4u);
  EXPECT_EQ(connection.writes[0].memory.size(), 256u * 1024);
  EXPECT_EQ(answers(connection.take_output())[0].body, body);
}

TEST_F(Session, ClosesWhenAskedTo) {
  const Connection& old = server.connect();
  Connection& connection = server.connect();
  connection.send(get("/", "Connection: close\r\n"));
  server.mpm.run();

  EXPECT_TRUE(connection.closed);
  EXPECT_FALSE(connection.aborted);
  EXPECT_FALSE(old.closed);
  EXPECT_EQ(answers(connection.take_output())[0].field("Connection"), "close");
}

TEST_F(Session, WaitsOnlyForClientsThatMaySendMore) {
  server.at(1).path = "/only/";
  const auto lingers = [this](const std::string& request) {
    Connection& connection = server.connect();
    connection.send(request);
    server.mpm.run();
    EXPECT_TRUE(connection.closed) << request;
    return connection.lingers;
  };
  const std::string close = "Connection: close\r\n";

  EXPECT_FALSE(lingers(get("/only/", close)));
  EXPECT_FALSE(lingers(echo("all of it is read", close)));
  EXPECT_FALSE(lingers("GET /only/ HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(lingers("GET / HTTP/1.1\r\n\r\n")) << "no Host: the client goes on";
  EXPECT_TRUE(
      lingers("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n" + close + "\r\nhalf")
  );
}

TEST_F(Session, SpeaksHttp10) {
  Connection& plain = server.connect();
  plain.send("GET / HTTP/1.0\r\n\r\n");
  Connection& persistent = server.connect();
  persistent.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  server.mpm.run();

  EXPECT_TRUE(plain.closed);
  EXPECT_EQ(answers(plain.take_output())[0].field("Connection"), "close");
  EXPECT_FALSE(persistent.closed);
  EXPECT_EQ(answers(persistent.take_output())[0].field("Connection"), "keep-alive");
}

TEST_F(Session, SendsContinueWhenTheBodyIsAwaited) {
  const std::string request = echo("body", "Expect: 100-continue\r\n");
  Connection& connection = server.connect();
  connection.send(request.substr(0, request.size() - 4));
  server.mpm.run();
  const std::string interim = connection.take_output();
  connection.send("body");
  server.mpm.run();

  EXPECT_EQ(interim, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(answers(connection.take_output())[0].body, "body");
}

// RFC 9110 §10.1.1 would let us leave it out when the body is here already; but then the answers
// would depend on how the bytes are split.
TEST_F(Session, SendsContinueWhetherOrNotTheClientWaits) {
  const std::string output = server.exchange(echo("body", "Expect: 100-continue\r\n"));

  EXPECT_THAT(output, StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_F(Session, SendsNoContinueWithoutABody) {
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n"), 200);
}

TEST_F(Session, AnswersBadRequestsAndCloses) {
  struct Case {
    std::string request;
    int status;
  };
  const Case cases[] = {
      {"GARBAGE\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: x\n", 400},
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505},
      {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {get("/../x"), 400},
      {get("/%00"), 400},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {get("/", "X: " + std::string(33'000, 'a') + "\r\n"), 431},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400},
      {"\x16\x03\x01\x02", 400},
  };
  for (const Case& c : cases) {
    Connection& connection = server.connect();
    connection.send(c.request);
    server.mpm.run();
    const auto all = answers(connection.take_output());
    ASSERT_EQ(all.size(), 1u) << c.request;
    EXPECT_EQ(all[0].status, c.status) << c.request;
    EXPECT_EQ(all[0].field("Connection"), "close") << c.request;
    EXPECT_THAT(all[0].body, StartsWith("<!doctype html>")) << c.request;
    EXPECT_TRUE(connection.closed) << c.request;
    EXPECT_FALSE(connection.aborted) << c.request;
  }
}

TEST_F(Session, AnswersUnservedRequestsAndGoesOn) {
  server.route("/late", [](tenon_req*, const tenon_req_info&) { return TENON_NEXT; });
  server.at(1).path = "/only/";
  server.at(1).methods = {"GET"};
  struct Case {
    const char* line;
    int status;
    const char* allow = "";
  };
  const Case cases[] = {
      {"GET /none", 404},
      {"GET /late", 404},
      {"POST /only/", 405, "GET, HEAD"},
      {"PROPFIND /only/", 501},
      {"PROPFIND /echo", 501},
      {"TRACE /echo", 501},
      {"OPTIONS *", 204, "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH"},
      {"GET /only/", 200},
  };
  Connection& connection = server.connect();
  for (const Case& c : cases) {
    connection.send(std::string(c.line) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    server.mpm.run();
    const auto all = answers(connection.take_output());
    ASSERT_EQ(all.size(), 1u) << c.line;
    EXPECT_EQ(all[0].status, c.status) << c.line;
    EXPECT_EQ(all[0].field("Allow"), c.allow) << c.line;
    EXPECT_EQ(all[0].field("Content-Length").empty(), c.status == 204) << c.line;
  }
  EXPECT_FALSE(connection.closed);
}

TEST_F(Session, DropsALittleOfAnUnwantedBody) {
  server.at(1).path = "/only/";
  const auto post = [](size_t bytes) {
    return "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n\r\n" + std::string(bytes, 'x');
  };
  Connection& small = server.connect();
  small.send(post(60'000) + get("/only/"));
  Connection& large = server.connect();
  large.send(post(70'000) + get("/only/"));
  server.mpm.run();

  const auto after_small = answers(small.take_output());
  ASSERT_EQ(after_small.size(), 2u);
  EXPECT_EQ(after_small[0].status, 404);
  EXPECT_EQ(after_small[1].status, 200);
  EXPECT_FALSE(small.closed);
  const auto after_large = answers(large.take_output());
  ASSERT_EQ(after_large.size(), 1u);
  EXPECT_EQ(after_large[0].field("Connection"), "close");
  EXPECT_TRUE(large.closed);
}

TEST_F(Session, ClosesInsteadOfGuessingWhetherABodyFollows) {
  server.at(1).path = "/only/";
  Connection& connection = server.connect();
  connection.send(
      "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
  );
  server.mpm.run();

  EXPECT_THAT(connection.take_output(), StartsWith("HTTP/1.1 404 "));
  EXPECT_TRUE(connection.closed);
}

TEST_F(Session, ClosesSilentlyWhenNothingCame) {
  Connection& connection = server.connect();
  server.mpm.advance(19 * kSecond);
  EXPECT_FALSE(connection.closed);

  server.mpm.advance(1 * kSecond);

  EXPECT_TRUE(connection.closed);
  EXPECT_EQ(connection.take_output(), "");
}

TEST_F(Session, AnswersATimeOutOnceAByteWasSeen) {
  Connection& connection = server.connect();
  connection.send("GET /");
  server.mpm.run();
  server.mpm.advance(10 * kSecond);
  connection.send(" HTTP/1.1\r\n");  // More of the head buys no more time.
  server.mpm.run();
  server.mpm.advance(10 * kSecond);

  EXPECT_THAT(connection.take_output(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(connection.closed);
}

TEST_F(Session, ClosesAnIdleConnectionSilently) {
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  connection.take_output();
  server.mpm.advance(15 * kSecond);

  EXPECT_TRUE(connection.closed);
  EXPECT_EQ(connection.take_output(), "");
}

TEST_F(Session, TimesOutABodyThatComesTooSlowly) {
  Connection& connection = server.connect();
  connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  for (int i = 0; i < 40 && !connection.closed; ++i) {
    connection.send("x");
    server.mpm.run();
    server.mpm.advance(kSecond);
  }

  EXPECT_THAT(connection.take_output(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(connection.closed);
}

TEST_F(Session, AbortsWhenTheClientDoesNotRead) {
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(kGet);
  server.mpm.run();
  server.mpm.advance(60 * kSecond);

  EXPECT_TRUE(connection.aborted);
  EXPECT_TRUE(connection.closed);
}

TEST_F(Session, FinishesTheAnswerAfterEof) {
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(kGet);
  connection.finish();
  server.mpm.run();
  EXPECT_FALSE(connection.closed);
  connection.behaviour.hold_sends = false;
  server.mpm.run();

  EXPECT_THAT(connection.take_output(), EndsWith("hello "));
  EXPECT_TRUE(connection.closed);
  EXPECT_FALSE(connection.aborted);
}

TEST_F(Session, ClosesAfterEofWithinAHead) {
  Connection& connection = server.connect();
  connection.send("GET / HT");
  connection.finish();
  server.mpm.run();

  EXPECT_TRUE(connection.closed);
  EXPECT_EQ(connection.take_output(), "");
}

TEST_F(Session, RefusesABodyThatEndsEarly) {
  std::string half_a_body = echo("body");
  half_a_body.resize(half_a_body.size() - 2);
  Connection& connection = server.connect();
  connection.send(half_a_body);
  connection.finish();
  server.mpm.run();

  EXPECT_TRUE(connection.closed);
  EXPECT_THAT(connection.take_output(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Session, SurvivesTheLossOfTheConnectionAtAnyMoment) {
  const std::string bytes = get("/") + echo(std::string(400'000, 'x')) + get("/");
  for (int events = 0; events < 12; ++events) {
    Connection& connection = server.connect();
    connection.behaviour.hold_sends = true;
    connection.behaviour.bytes_per_receive = 100'000;
    connection.send(bytes);
    for (int i = 0; i < events; ++i) {
      server.mpm.run();
      connection.complete_send();
    }
    connection.lose();
  }
}

}  // namespace
}  // namespace tenon::http
