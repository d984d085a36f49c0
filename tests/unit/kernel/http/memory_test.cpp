// SPDX-License-Identifier: Apache-2.0
// What becomes of a request when the system has no memory for it: each grant is refused in turn.
#include <functional>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "tests/sim/server.hpp"
#include "tests/unit/grants.hpp"

namespace tenon::http {
namespace {

using sim::Answer;
using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::IsEmpty;

// /echo wants the body whole, /pull bit by bit, /stream writes its answer, /* says hello.
class Memory : public ::testing::Test {
 protected:
  Memory() {
    server.route("/echo", [this](tenon_req* request, const tenon_req_info&) {
      tenon_buf body{};
      if (server.host.body(request, &body) != TENON_OK) return tenon_verdict{TENON_FAILED};
      return respond(request, view(body));
    });
    const size_t pulled = server.route("/pull", [this](tenon_req* request, const tenon_req_info&) {
      pulled_bytes = 0;
      return pull(request);
    });
    server.at(pulled).plan.phases[TENON_PH_HANDLER][0].whole_body = false;
    again = [this](tenon_req* request, const tenon_req_info&) { return pull(request); };
    server.route("/stream", [this](tenon_req* request, const tenon_req_info&) {
      return stream(request);
    });
    server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
      return respond(request, "hello");
    });
  }
  ~Memory() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }

  tenon_verdict respond(tenon_req* request, std::string_view body) {
    const tenon_status status = server.host.respond(request, 200, nullptr, 0, buf(body));
    return status == TENON_OK ? TENON_FINISHED : TENON_FAILED;
  }
  tenon_verdict pull(tenon_req* request) {
    for (;;) {
      tenon_buf part{};
      const tenon_status status = server.host.body_peek(request, &part);
      if (status == TENON_AGAIN) {
        EXPECT_EQ(server.host.want(request, TENON_WANT_BODY, sim::run_hook, &again), TENON_OK);
        return TENON_PENDING;
      }
      if (status == TENON_END) return respond(request, std::to_string(pulled_bytes));
      if (status != TENON_OK) return TENON_FAILED;
      pulled_bytes += part.len;
      server.host.body_consume(request, part.len);
    }
  }
  // Does not care for what write() says: the answer must not look complete all the same.
  tenon_verdict stream(tenon_req* request) {
    if (server.host.start(request, 200, nullptr, 0, -1) != TENON_OK) return TENON_FAILED;
    const std::string piece(10'000, 's');
    for (int i = 0; i < 3; ++i) {
      const tenon_buf part = buf(piece);
      server.host.write(request, &part, 1, nullptr, nullptr);
    }
    server.host.finish(request, nullptr, 0);
    return TENON_FINISHED;
  }

  // With every number of grants from none to enough: the answer is the right one, or 503, or none
  // that looks complete. Gives back how many were enough.
  size_t starve(const std::string& request, const std::string& body) {
    for (size_t n = 0; n < 100; ++n) {
      Server& world = server;
      world.mpm.close_all();
      Connection& connection = world.connect();
      connection.send(request);
      const Grants grants(n);
      world.mpm.run();
      judge(connection, body, grants.refused() != 0, n);
      if (grants.refused() == 0) return n;
    }
    return 100;
  }
  void judge(Connection& connection, const std::string& body, bool starved, size_t n) {
    const auto all = answers(connection.take_output());
    if (all.empty() || !all[0].complete) {
      EXPECT_TRUE(starved) << n;
      EXPECT_TRUE(connection.closed && connection.aborted) << n;
      return;
    }
    ASSERT_EQ(all.size(), 1u) << n;
    if (all[0].status == 200) {
      EXPECT_EQ(all[0].body, body) << n;
      return;
    }
    EXPECT_TRUE(starved) << n;
    EXPECT_EQ(all[0].status, 503) << n;
    EXPECT_EQ(all[0].field("Retry-After"), "1") << n;
  }

  Server server;
  sim::Hook again;
  size_t pulled_bytes = 0;
};

std::string post(std::string_view path, const std::string& body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

TEST_F(Memory, ForAHeadIsMissing) {
  const std::string large = "X: " + std::string(20'000, 'x') + "\r\n";

  EXPECT_GE(starve("GET / HTTP/1.1\r\nHost: x\r\n" + large + "\r\n", "hello"), 1u);
}

TEST_F(Memory, ForTheHeadOfAHeadRequestIsMissing) {
  const Grants none(0);

  EXPECT_THAT(
      server.exchange("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"),
      ::testing::AllOf(::testing::StartsWith("HTTP/1.1 503 "), ::testing::EndsWith("\r\n\r\n"))
  );
}

TEST_F(Memory, ForAWholeBodyIsMissing) {
  const std::string body(300'000, 'b');

  EXPECT_GE(starve(post("/echo", body), body), 2u);
}

TEST_F(Memory, ForAPulledBodyIsMissing) {
  EXPECT_GE(starve(post("/pull", std::string(100'000, 'b')), "100000"), 2u);
}

TEST_F(Memory, ForAStreamedAnswerIsMissing) {
  EXPECT_GE(starve("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", std::string(30'000, 's')), 3u);
}

TEST_F(Memory, ServesOnOnceThereIsSomeAgain) {
  {
    const Grants none(0);
    EXPECT_EQ(answers(server.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))[0].status, 503);
  }

  EXPECT_EQ(answers(server.exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))[0].status, 200);
  EXPECT_EQ(server.slot(0).requests_active, 0u);
}

}  // namespace
}  // namespace tenon::http
