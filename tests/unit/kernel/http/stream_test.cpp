// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "tests/sim/server.hpp"

// Answers that are written bit by bit: start, write, finish.
namespace tenon::http {
namespace {

using sim::Answer;
using sim::answers;
using sim::Connection;
using sim::Hook;
using sim::Server;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

class Stream : public ::testing::Test {
 protected:
  ~Stream() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }

  tenon_status start(tenon_req* request, int64_t length = -1, int32_t status = 200) {
    static const tenon_header kType = {TENON_LIT("Content-Type"), TENON_LIT("text/plain"), 0, 0};
    return server.host.start(request, status, &kType, 1, length);
  }
  tenon_status write(tenon_req* request, std::string_view text) {
    const tenon_buf part = buf(text);
    return server.host.write(request, &part, 1, nullptr, nullptr);
  }
  tenon_status write_view(tenon_req* request, std::string_view text) {
    const tenon_buf part = buf(text);
    return server.host.write(request, &part, 1, count, &freed);
  }
  tenon_status finish(tenon_req* request) { return server.host.finish(request, nullptr, 0); }
  static void TENON_CALL count(void* counter) { ++*static_cast<int*>(counter); }

  // A handler that says these words at once.
  Hook say(std::vector<std::string> words, int64_t length = -1) {
    return [this, words, length](tenon_req* request, const tenon_req_info&) {
      EXPECT_EQ(start(request, length), TENON_OK);
      for (const std::string& word : words) {
        EXPECT_EQ(write(request, word), TENON_OK);
      }
      EXPECT_EQ(finish(request), TENON_OK);
      return tenon_verdict{TENON_FINISHED};
    };
  }

  Server server;
  int freed = 0;
};

TEST_F(Stream, OfKnownLengthIsSentWithIt) {
  server.route("/announced", say({"hello", " ", "you"}, 9));
  server.route("/finished", say({"hello", " ", "you"}));
  for (const char* const path : {"/announced", "/finished"}) {
    const std::string get = std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto all = answers(server.exchange(get + get));
    ASSERT_EQ(all.size(), 2u) << path;
    EXPECT_EQ(all[1].field("Content-Length"), "9");
    EXPECT_EQ(all[1].field("Transfer-Encoding"), "");
    EXPECT_EQ(all[1].body, "hello you");
  }
}

TEST_F(Stream, OfUnknownLengthIsSentInChunks) {
  Hook go_on;
  int round = 0;
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    round = 0;
    EXPECT_EQ(start(request), TENON_OK);
    EXPECT_EQ(write(request, "one"), TENON_OK);
    server.host.want(request, TENON_WANT_WRITABLE, sim::run_hook, &go_on);
    return tenon_verdict{TENON_PENDING};
  });
  go_on = [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(write(request, "two"), TENON_OK);
    if (++round == 3) {
      const tenon_header sum = {TENON_LIT("X-Sum"), TENON_LIT("7"), 0, 0};
      EXPECT_EQ(server.host.finish(request, &sum, 1), TENON_OK);
      return tenon_verdict{TENON_FINISHED};
    }
    server.host.want(request, TENON_WANT_WRITABLE, sim::run_hook, &go_on);
    return tenon_verdict{TENON_PENDING};
  };

  const std::string with_te = "GET / HTTP/1.1\r\nHost: x\r\nTE: gzip, Trailers\r\n\r\n";
  const auto all = answers(server.exchange(with_te + std::string(kGet)));

  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].field("Content-Length"), "");
  EXPECT_EQ(all[0].body, "onetwotwotwo");
  EXPECT_TRUE(all[0].complete);
  EXPECT_EQ(all[0].field("X-Sum"), "7");
}

TEST_F(Stream, LeavesTrailersOutUnlessTheClientTakesThem) {
  Hook go_on = [&](tenon_req* request, const tenon_req_info&) {
    const tenon_header sum = {TENON_LIT("X-Sum"), TENON_LIT("7"), 0, 0};
    EXPECT_EQ(server.host.finish(request, &sum, 1), TENON_OK);
    return tenon_verdict{TENON_FINISHED};
  };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(start(request), TENON_OK);
    server.host.want(request, TENON_WANT_WRITABLE, sim::run_hook, &go_on);
    return tenon_verdict{TENON_PENDING};
  });

  EXPECT_THAT(server.exchange(kGet), EndsWith("\r\n\r\n0\r\n\r\n"));
}

TEST_F(Stream, EndsWithTheConnectionForHttp10) {
  Hook go_on = [&](tenon_req* request, const tenon_req_info&) {
    write(request, "you");
    finish(request);
    return tenon_verdict{TENON_FINISHED};
  };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(start(request), TENON_OK);
    write(request, "hello ");
    server.host.want(request, TENON_WANT_WRITABLE, sim::run_hook, &go_on);
    return tenon_verdict{TENON_PENDING};
  });
  Connection& connection = server.connect();
  connection.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  server.mpm.run();

  const std::string output = connection.take_output();
  EXPECT_THAT(output, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(output, Not(HasSubstr("chunked")));
  EXPECT_THAT(output, EndsWith("\r\n\r\nhello you"));
  EXPECT_TRUE(connection.closed);
  EXPECT_FALSE(connection.aborted);
}

TEST_F(Stream, HasNoBodyForHead) {
  server.route("/*", say({"hello"}, 5));
  const auto all = answers(server.exchange("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"), true);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].field("Content-Length"), "5");
}

TEST_F(Stream, TellsTheWriterToWaitAboveTheHighWaterMark) {
  Hook go_on;
  int rounds = 0;
  const std::string piece(100'000, 'x');
  const auto write_on = [&](tenon_req* request) {
    while (rounds < 30) {
      ++rounds;
      if (write(request, piece) == TENON_AGAIN) {
        server.host.want(request, TENON_WANT_WRITABLE, sim::run_hook, &go_on);
        return tenon_verdict{TENON_PENDING};
      }
    }
    finish(request);
    return tenon_verdict{TENON_FINISHED};
  };
  go_on = [&](tenon_req* request, const tenon_req_info&) { return write_on(request); };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    start(request);
    return write_on(request);
  });
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(rounds, 3);  // 300,000 bytes: above the mark

  connection.behaviour.hold_sends = false;
  server.mpm.run();

  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].body.size(), 3'000'000u);
  EXPECT_TRUE(all[0].complete);
}

TEST_F(Stream, FreesViewsOnceTheyAreSent) {
  const std::string text = "not copied";
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    start(request);
    EXPECT_EQ(write_view(request, text), TENON_OK);
    EXPECT_EQ(write_view(request, ""), TENON_OK);
    EXPECT_EQ(write_view(request, text), TENON_OK);
    finish(request);
    return tenon_verdict{TENON_FINISHED};
  });
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(freed, 1);  // the empty one
  connection.complete_send();
  EXPECT_EQ(freed, 3);
  EXPECT_EQ(answers(connection.take_output())[0].body, text + text);
}

TEST_F(Stream, FreesViewsOfAClientThatIsGone) {
  const std::string text = "not copied";
  tenon_ticket* ticket = nullptr;
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    start(request);
    write_view(request, text);
    write_view(request, text);
    EXPECT_EQ(server.host.suspend(request, &ticket), TENON_OK);
    return tenon_verdict{TENON_PENDING};
  });
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(freed, 0);
  connection.lose();
  EXPECT_EQ(freed, 2);
  EXPECT_EQ(server.host.ticket_cancelled(ticket), 1);
  server.host.discard(ticket);
}

TEST_F(Stream, IsCutOffWhenTheHandlerFailsMidway) {
  tenon_ticket* ticket = nullptr;
  Hook fail = [&](tenon_req*, const tenon_req_info&) { return tenon_verdict{TENON_FAILED}; };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    start(request);
    write(request, "half of it");
    server.host.suspend(request, &ticket);
    return tenon_verdict{TENON_PENDING};
  });
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].body, "half of it");
  EXPECT_FALSE(all[0].complete);

  server.host.resume(ticket, sim::run_hook, &fail, nullptr);
  server.mpm.run();

  EXPECT_TRUE(connection.aborted);
  EXPECT_EQ(connection.take_output(), "");
}

TEST_F(Stream, RefusesWhatDoesNotFit) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(write(request, "x"), TENON_E_STATE);
    EXPECT_EQ(finish(request), TENON_E_STATE);
    EXPECT_EQ(start(request, 3, 99), TENON_E_ARG);
    EXPECT_EQ(start(request, -2), TENON_E_ARG);
    EXPECT_EQ(start(request, 3, 204), TENON_E_ARG);
    EXPECT_EQ(start(request, 3), TENON_OK);
    EXPECT_EQ(start(request, 3), TENON_E_STATE);
    EXPECT_EQ(server.host.respond(request, 200, nullptr, 0, {nullptr, 0}), TENON_E_STATE);
    EXPECT_EQ(write(request, "four"), TENON_E_LIMIT);
    EXPECT_EQ(finish(request), TENON_E_STATE);
    EXPECT_EQ(write(request, "abc"), TENON_OK);
    EXPECT_EQ(finish(request), TENON_OK);
    EXPECT_EQ(finish(request), TENON_E_STATE);
    EXPECT_EQ(write(request, ""), TENON_E_STATE);
    return tenon_verdict{TENON_FINISHED};
  });
  EXPECT_EQ(answers(server.exchange(kGet))[0].body, "abc");
}

TEST_F(Stream, IsAnsweredA500WhenItIsNotFinished) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    start(request);
    write(request, "half");
    return tenon_verdict{TENON_FINISHED};
  });
  EXPECT_EQ(answers(server.exchange(kGet))[0].status, 500);
}

TEST_F(Stream, ShowsTheLogHooksWhatBecameOfIt) {
  const size_t route = server.route("/*", say({"hello", "you"}));
  tenon_answer_info seen{};
  server.hook(route, TENON_PH_LOG, [&](tenon_req* request, const tenon_req_info&) {
    seen.struct_size = sizeof seen;
    EXPECT_EQ(server.host.answer(request, &seen), TENON_OK);
    return tenon_verdict{TENON_NEXT};
  });
  server.exchange(kGet);
  EXPECT_EQ(seen.http_status, 200);
  EXPECT_EQ(seen.body_bytes, 8u);
  EXPECT_EQ(seen.complete, 1u);
}

}  // namespace
}  // namespace tenon::http
