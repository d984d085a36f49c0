// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <string>
#include <thread>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

// Hooks in the pool that wait there for the body and for the client.
namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Hook;
using sim::Server;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Blocking : public ::testing::Test {
 protected:
  ~Blocking() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }

  size_t route(Hook handler) {
    const size_t number = server.route(
        "/*",
        [this, handler](tenon_req* request, const tenon_req_info& info) {
          const tenon_verdict verdict = handler(request, info);
          returned = true;
          return verdict;
        },
        TENON_RUN_POOL
    );
    server.at(number).plan.phases[TENON_PH_HANDLER][0].whole_body = false;
    return number;
  }
  // Runs until the hook has returned and all is sent.
  void serve(Connection& connection) {
    server.mpm.run();
    std::thread thread = server.mpm.start_pool();
    ASSERT_TRUE(thread.joinable());
    server.mpm.run_until([this] { return returned.load(); });
    thread.join();
    server.mpm.run();
    EXPECT_FALSE(connection.parked() && !connection.closed);
  }

  tenon_status write(tenon_req* request, std::string_view text) {
    const tenon_buf part = buf(text);
    return server.host.write(request, &part, 1, nullptr, nullptr);
  }

  Server server;
  std::atomic<bool> returned = false;
};

TEST_F(Blocking, ReadsABodyThatIsStillOnItsWay) {
  std::string got;
  route([&](tenon_req* request, const tenon_req_info&) {
    tenon_buf part{};
    tenon_status status = TENON_OK;
    while ((status = server.host.body_peek(request, &part)) == TENON_OK) {
      got += view(part);
      server.host.body_consume(request, part.len);
    }
    EXPECT_EQ(status, TENON_END);
    return server.text(request, std::to_string(got.size()));
  });
  Connection& connection = server.connect();
  connection.behaviour.bytes_per_receive = 7001;
  const std::string body(800'000, 'b');
  connection.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\nExpect: 100-continue\r\n\r\n"
  );
  server.mpm.run();
  connection.send(body);
  serve(connection);

  EXPECT_EQ(got, body);
  EXPECT_THAT(connection.take_output(), HasSubstr("\r\n\r\n800000"));
}

TEST_F(Blocking, WritesNoFasterThanTheClientReads) {
  const size_t number = route([&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.start(request, 200, nullptr, 0, -1), TENON_OK);
    const std::string piece(100'000, 'w');
    for (int i = 0; i < 40; ++i) {
      EXPECT_EQ(write(request, piece), TENON_OK);
    }
    EXPECT_EQ(server.host.finish(request, nullptr, 0), TENON_OK);
    return tenon_verdict{TENON_FINISHED};
  });
  server.hook(number, TENON_PH_RESPONSE, [&](tenon_req* request, const tenon_req_info&) {
    server.host.header_edit(
        request, TENON_RESPONSE_HEADERS, TENON_HDR_SET, TENON_LIT("X-Seen"), TENON_LIT("1")
    );
    return tenon_verdict{TENON_NEXT};
  });
  Connection& connection = server.connect();
  connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  serve(connection);

  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].body.size(), 4'000'000u);
  EXPECT_TRUE(all[0].complete);
  EXPECT_EQ(all[0].field("X-Seen"), "1");
}

TEST_F(Blocking, RunsBlockingResponseHooksOnTheThreadThatWaits) {
  std::thread::id handler_thread;
  std::thread::id response_thread;
  const size_t number = route([&](tenon_req* request, const tenon_req_info&) {
    handler_thread = std::this_thread::get_id();
    EXPECT_EQ(server.host.start(request, 200, nullptr, 0, 2), TENON_OK);
    EXPECT_EQ(write(request, "ok"), TENON_OK);
    EXPECT_EQ(server.host.finish(request, nullptr, 0), TENON_OK);
    return tenon_verdict{TENON_FINISHED};
  });
  server.hook(number, TENON_PH_RESPONSE, [&](tenon_req*, const tenon_req_info&) {
    response_thread = std::this_thread::get_id();
    return tenon_verdict{TENON_NEXT};
  });
  server.at(number).plan.phases[TENON_PH_RESPONSE][0].run = TENON_RUN_POOL;
  Connection& connection = server.connect();
  connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  serve(connection);

  EXPECT_EQ(answers(connection.take_output())[0].body, "ok");
  EXPECT_EQ(response_thread, handler_thread);
}

TEST_F(Blocking, StopsWaitingForAClientThatIsGone) {
  std::atomic<bool> waits = false;
  tenon_status peeked = TENON_OK;
  tenon_status started = TENON_OK;
  tenon_status written = TENON_OK;
  route([&](tenon_req* request, const tenon_req_info&) {
    tenon_buf part{};
    waits = true;
    peeked = server.host.body_peek(request, &part);
    started = server.host.start(request, 200, nullptr, 0, -1);
    written = write(request, "nobody");
    return tenon_verdict{TENON_FAILED};
  });
  Connection& connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  server.mpm.run();
  std::thread thread = server.mpm.start_pool();
  server.mpm.run_until([&] { return waits.load(); });
  connection.lose();
  server.mpm.run_until([&] { return returned.load(); });
  thread.join();
  server.mpm.run();

  EXPECT_EQ(peeked, TENON_E_CANCELLED);
  EXPECT_EQ(started, TENON_E_CANCELLED);
  EXPECT_EQ(written, TENON_E_CANCELLED);
}

TEST_F(Blocking, MayWaitForATicketAfterwards) {
  tenon_ticket* ticket = nullptr;
  Hook answer = [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "resumed");
  };
  route([&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.suspend(request, &ticket), TENON_OK);
    EXPECT_EQ(server.host.resume(ticket, sim::run_hook, &answer, nullptr), TENON_OK);
    return tenon_verdict{TENON_PENDING};
  });
  Connection& connection = server.connect();
  connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  serve(connection);

  EXPECT_EQ(answers(connection.take_output())[0].body, "resumed");
}

// Hands on at the end alone, and only how much it was.
struct Counting {
  const tenon_host* host;
  size_t bytes = 0;
};
tenon_status TENON_CALL
open_counting(void* instance, tenon_req*, const tenon_req_info*, void** state) {
  *state = instance;
  return TENON_OK;
}
tenon_status TENON_CALL count(
    void* state, tenon_req*, const tenon_buf* parts, size_t n_parts, int32_t last, tenon_next* next
) {
  Counting& self = *static_cast<Counting*>(state);
  for (size_t i = 0; i < n_parts; ++i) {
    self.bytes += parts[i].len;
  }
  if (last == 0) return TENON_OK;
  const std::string text = std::to_string(self.bytes);
  const tenon_buf part = buf(text);
  return self.host->pass(next, &part, 1);
}

TEST_F(Blocking, ReadsOnWhileAFilterCollects) {
  std::string got;
  const size_t number = route([&](tenon_req* request, const tenon_req_info&) {
    tenon_buf part{};
    while (server.host.body_peek(request, &part) == TENON_OK) {
      got += view(part);
      server.host.body_consume(request, part.len);
    }
    return server.text(request, got);
  });
  Counting counting{&server.host};
  const auto close = [](void*) {};
  server.filter(
      number,
      {sizeof(tenon_filter), TENON_FILTER_REQUEST, nullptr, nullptr, open_counting, count, close},
      &counting
  );
  Connection& connection = server.connect();
  connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\n\r\n");
  connection.send(std::string(800'000, 'b'));
  serve(connection);
  EXPECT_EQ(got, "800000");
}

}  // namespace
}  // namespace tenon::http
