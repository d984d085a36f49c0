// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "tests/sim/server.hpp"

// Request bodies that the handler pulls.
namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Hook;
using sim::Server;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr uint64_t kSecond = 1'000'000'000;

class PulledBody : public ::testing::Test {
 protected:
  PulledBody() {
    const size_t route = server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
      got.clear();
      return pull(request);
    });
    server.at(route).plan.phases[TENON_PH_HANDLER][0].whole_body = false;
    again = [this](tenon_req* request, const tenon_req_info&) { return pull(request); };
  }
  ~PulledBody() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }

  // Answers with all that it pulled, or fails as the body did.
  tenon_verdict pull(tenon_req* request) {
    tenon_buf part{};
    for (;;) {
      last = server.host.body_peek(request, &part);
      if (last == TENON_AGAIN) {
        EXPECT_EQ(server.host.want(request, TENON_WANT_BODY, sim::run_hook, &again), TENON_OK);
        return TENON_PENDING;
      }
      if (last == TENON_END) return server.text(request, got);
      if (last != TENON_OK) return TENON_FAILED;
      if (got.size() >= hold_at) {
        server.host.suspend(request, &ticket);
        return TENON_PENDING;
      }
      got += view(part);
      EXPECT_EQ(server.host.body_consume(request, part.len + 1), TENON_E_ARG);
      EXPECT_EQ(server.host.body_consume(request, part.len), TENON_OK);
    }
  }

  Server server;
  Hook again;
  std::string got;
  size_t hold_at = SIZE_MAX;
  tenon_ticket* ticket = nullptr;
  tenon_status last = TENON_OK;
};

std::string post(std::string_view body, std::string_view more = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more) + "\r\n" + std::string(body);
}

TEST_F(PulledBody, ComesAsItArrives) {
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n4\r\n you\r\n0\r\n\r\n";
  for (size_t piece = 1; piece < 20; ++piece) {
    Connection& connection = server.connect();
    connection.behaviour.bytes_per_receive = piece;
    connection.send(post("hello you") + chunked + post(""));
    server.mpm.run();
    const auto all = answers(connection.take_output());
    ASSERT_EQ(all.size(), 3u) << piece;
    EXPECT_EQ(all[0].body, "hello you");
    EXPECT_EQ(all[1].body, "hello you");
    EXPECT_EQ(all[2].body, "");
  }
}

TEST_F(PulledBody, AsksForTheRestOnlyWhenItIsPulled) {
  Connection& connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
  );
  server.mpm.run();
  EXPECT_EQ(connection.take_output(), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send("ok");
  server.mpm.run();
  EXPECT_EQ(answers(connection.take_output())[0].body, "ok");
}

TEST_F(PulledBody, HoldsTheClientBackWhenItIsNotConsumed) {
  hold_at = 1;
  const std::string body(900'000, 'x');
  Connection& connection = server.connect();
  connection.behaviour.bytes_per_receive = 50'000;
  connection.send(post(body));
  server.mpm.run();
  EXPECT_FALSE(connection.is_reading());
  EXPECT_GT(connection.unread(), body.size() - limits::kBodyQueueBytes - 100'000);
  server.mpm.advance(1000 * kSecond);
  EXPECT_FALSE(connection.closed) << "who is held back is not late";

  hold_at = SIZE_MAX;
  server.host.resume(ticket, sim::run_hook, &again, nullptr);
  server.mpm.run();

  EXPECT_EQ(answers(connection.take_output())[0].body, body);
}

TEST_F(PulledBody, ThatIsBrokenIsAnsweredByTheKernel) {
  server.context.limits.body_bytes = 100;
  const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(server.exchange(chunked + "3\r\nabcd"), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(last, TENON_E_ARG);
  EXPECT_THAT(server.exchange(chunked + "3\r\nabc\r\nff\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(last, TENON_E_LIMIT);
  EXPECT_THAT(server.exchange(post(std::string(101, 'x'))), StartsWith("HTTP/1.1 413 "));
}

TEST_F(PulledBody, ThatComesTooSlowlyIsAnsweredA408) {
  Connection& connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na");
  server.mpm.run();
  EXPECT_NE(connection.deadline_ns, 0u);
  server.mpm.advance(1000 * kSecond);
  EXPECT_THAT(connection.take_output(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(last, TENON_E_CANCELLED);
  EXPECT_TRUE(connection.closed);
}

TEST_F(PulledBody, ShowsItsTrailers) {
  std::string sum;
  const size_t route = 0;
  server.at(route).plan.phases[TENON_PH_RESPONSE].clear();
  server.hook(route, TENON_PH_RESPONSE, [&](tenon_req* request, const tenon_req_info&) {
    tenon_str value{};
    const tenon_status found =
        server.host.header_get(request, TENON_REQUEST_TRAILERS, TENON_LIT("X-Sum"), &value);
    sum = found == TENON_OK ? std::string(view(value)) : "none";
    return tenon_verdict{TENON_NEXT};
  });
  server.exchange(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 7\r\n\r\n"
  );
  EXPECT_EQ(sum, "7");
  server.exchange(post("x"));
  EXPECT_EQ(sum, "none");
}

TEST_F(PulledBody, ThatNobodyPullsIsDiscarded) {
  server.at(0).plan.phases[TENON_PH_HANDLER].clear();
  server.hook(0, TENON_PH_HANDLER, [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "no interest");
  });
  server.at(0).plan.phases[TENON_PH_HANDLER][0].whole_body = false;
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  const auto all = answers(server.exchange(post("hello") + chunked + post("x")));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].body, "no interest");
}

TEST_F(PulledBody, IsEchoedWhileItArrives) {
  Hook echo;
  const auto copy = [&](tenon_req* request) {
    tenon_buf part{};
    for (;;) {
      const tenon_status status = server.host.body_peek(request, &part);
      if (status == TENON_AGAIN) break;
      if (status == TENON_END) {
        EXPECT_EQ(server.host.finish(request, nullptr, 0), TENON_OK);
        return tenon_verdict{TENON_FINISHED};
      }
      if (status != TENON_OK) return tenon_verdict{TENON_FAILED};
      const bool high = server.host.write(request, &part, 1, nullptr, nullptr) == TENON_AGAIN;
      server.host.body_consume(request, part.len);
      if (!high) continue;
      server.host.want(request, TENON_WANT_WRITABLE, sim::run_hook, &echo);
      return tenon_verdict{TENON_PENDING};
    }
    server.host.want(request, TENON_WANT_BODY, sim::run_hook, &echo);
    return tenon_verdict{TENON_PENDING};
  };
  echo = [&](tenon_req* request, const tenon_req_info&) { return copy(request); };
  server.at(0).plan.phases[TENON_PH_HANDLER].clear();
  server.hook(0, TENON_PH_HANDLER, [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.start(request, 200, nullptr, 0, -1), TENON_OK);
    return copy(request);
  });
  server.at(0).plan.phases[TENON_PH_HANDLER][0].whole_body = false;
  Connection& connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\nfirst");
  server.mpm.run();
  EXPECT_THAT(connection.take_output(), EndsWith("\r\n\r\n5\r\nfirst\r\n"));

  connection.send(std::string(499'995, 'y') + post(""));
  server.mpm.run();

  const std::string rest = connection.take_output();
  EXPECT_NE(rest.find("0\r\n\r\nHTTP/1.1 200 OK\r\n"), std::string::npos);
  EXPECT_FALSE(connection.closed);
}

TEST_F(PulledBody, EndsWithTheByteThatFillsTheQueue) {
  const std::string body(limits::kBodyQueueBytes, 'b');
  Connection& connection = server.connect();
  connection.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
  );
  server.mpm.run();
  connection.send(body);
  server.mpm.run();
  EXPECT_EQ(last, TENON_END);
  EXPECT_EQ(answers(connection.take_output())[0].body, body);
}

}  // namespace
}  // namespace tenon::http
