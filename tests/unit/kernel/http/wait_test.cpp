// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <thread>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

// Requests that wait: tickets and wants.
namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Hook;
using sim::Server;
using ::testing::IsEmpty;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

class Wait : public ::testing::Test {
 protected:
  ~Wait() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }

  Hook suspend() {
    return [this](tenon_req* request, const tenon_req_info&) {
      EXPECT_EQ(server.host.suspend(request, &ticket), TENON_OK);
      return tenon_verdict{TENON_PENDING};
    };
  }
  Hook say(std::string text) {
    return [this, text](tenon_req* request, const tenon_req_info&) {
      return server.text(request, text);
    };
  }
  tenon_status resume(Hook& hook) { return server.host.resume(ticket, sim::run_hook, &hook, drop); }
  static void TENON_CALL drop(void* hook) {
    (*static_cast<Hook*>(hook))(nullptr, tenon_req_info());
  }

  Server server;
  tenon_ticket* ticket = nullptr;
};

TEST_F(Wait, ATicketIsResumedByAnyThread) {
  server.route("/*", suspend());
  Hook answer = say("late");
  Connection& connection = server.connect();
  connection.send(std::string(kGet) + std::string(kGet));
  server.mpm.run();
  EXPECT_TRUE(connection.parked());
  EXPECT_EQ(connection.deadline_ns, 0u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(server.host.ticket_cancelled(ticket), 0);
    std::thread([&] { EXPECT_EQ(resume(answer), TENON_OK); }).join();
    server.mpm.run();
  }

  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].body, "late");
}

TEST_F(Wait, EveryPhaseBeforeTheLogMayWait) {
  for (const int32_t phase :
       {TENON_PH_POST_READ, TENON_PH_REWRITE, TENON_PH_ACCESS, TENON_PH_RESPONSE}) {
    Server one;
    tenon_ticket* waiting = nullptr;
    const size_t route = one.route("/*", [&](tenon_req* request, const tenon_req_info&) {
      return one.text(request, "done");
    });
    one.hook(route, phase, [&](tenon_req* request, const tenon_req_info&) {
      EXPECT_EQ(one.host.suspend(request, &waiting), TENON_OK);
      return tenon_verdict{TENON_PENDING};
    });
    Hook next = [&](tenon_req* request, const tenon_req_info&) {
      if (phase == TENON_PH_RESPONSE)
        one.host.header_edit(
            request, TENON_RESPONSE_HEADERS, TENON_HDR_SET, TENON_LIT("X-Late"), TENON_LIT("1")
        );
      return tenon_verdict{TENON_NEXT};
    };
    Connection& connection = one.connect();
    connection.send(kGet);
    one.mpm.run();
    ASSERT_NE(waiting, nullptr) << phase;
    EXPECT_EQ(one.host.resume(waiting, sim::run_hook, &next, nullptr), TENON_OK);
    one.mpm.run();
    const auto all = answers(connection.take_output());
    ASSERT_EQ(all.size(), 1u) << phase;
    EXPECT_EQ(all[0].body, "done");
    EXPECT_EQ(all[0].field("X-Late"), phase == TENON_PH_RESPONSE ? "1" : "");
  }
}

TEST_F(Wait, MayWaitAgain) {
  server.route("/*", suspend());
  Hook again = suspend();
  Hook answer = say("third");
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(resume(again), TENON_OK);
  server.mpm.run();
  EXPECT_EQ(connection.take_output(), "");
  EXPECT_EQ(resume(answer), TENON_OK);
  server.mpm.run();
  EXPECT_EQ(answers(connection.take_output())[0].body, "third");
}

TEST_F(Wait, WithNothingToResumeItIsA500) {
  server.route("/*", [](tenon_req*, const tenon_req_info&) {
    return tenon_verdict{TENON_PENDING};
  });
  EXPECT_EQ(answers(server.exchange(kGet))[0].status, 500);
}

TEST_F(Wait, IsA500WhenTheTicketIsDiscarded) {
  server.route("/*", suspend());
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  server.host.discard(ticket);
  server.mpm.run();
  EXPECT_EQ(answers(connection.take_output())[0].status, 500);
}

TEST_F(Wait, InThePhaseOfTheLogIsAFault) {
  const size_t route = server.route("/*", say("hello"));
  server.hook(route, TENON_PH_LOG, [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.suspend(request, &ticket), TENON_E_STATE);
    return tenon_verdict{TENON_PENDING};
  });
  EXPECT_EQ(answers(server.exchange(std::string(kGet) + std::string(kGet))).size(), 2u);
}

TEST_F(Wait, TakesOneTicketAtATime) {
  tenon_ticket* second = nullptr;
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.suspend(request, &ticket), TENON_OK);
    EXPECT_EQ(server.host.suspend(request, &second), TENON_E_STATE);
    return server.text(request, "answered after all");
  });
  EXPECT_EQ(answers(server.exchange(kGet))[0].body, "answered after all");
  EXPECT_EQ(server.host.ticket_cancelled(ticket), 1);
  server.host.discard(ticket);
}

TEST_F(Wait, DropsTheDataOfAClientThatIsGone) {
  server.route("/*", suspend());
  int dropped = 0;
  Hook answer = [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(request, nullptr) << "resumed instead of dropped";
    ++dropped;
    return tenon_verdict{TENON_NEXT};
  };
  for (const bool lost_before : {true, false}) {
    Connection& connection = server.connect();
    connection.send(kGet);
    server.mpm.run();
    if (lost_before) connection.lose();
    const tenon_status status = resume(answer);
    EXPECT_EQ(status, lost_before ? TENON_E_CANCELLED : TENON_OK);
    if (!lost_before) connection.lose();
    server.mpm.run();
    EXPECT_EQ(dropped, lost_before ? 1 : 2);
  }
}

TEST_F(Wait, DropsWhatHadArrivedWhenTheClientLeft) {
  server.route("/*", suspend());
  int dropped = 0;
  Hook answer = [&](tenon_req* request, const tenon_req_info&) {
    dropped += request == nullptr ? 1 : 100;
    return tenon_verdict{TENON_NEXT};
  };
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(resume(answer), TENON_OK);
  server.mpm.run_posted();
  connection.lose();
  server.mpm.run();
  EXPECT_EQ(dropped, 1);
}

TEST_F(Wait, KeepsAModulesPointerUntilTheRequestDies) {
  int released = 0;
  const auto count = [](void* counter) { ++*static_cast<int*>(counter); };
  tenon_self* const self = reinterpret_cast<tenon_self*>(this);
  const size_t route = server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.ctx_get(self, request), &released);
    EXPECT_EQ(server.host.ctx_get(nullptr, request), nullptr);
    return server.text(request, "x");
  });
  server.hook(route, TENON_PH_ACCESS, [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.ctx_set(self, request, &released, count), TENON_OK);
    EXPECT_EQ(server.host.ctx_set(self, request, &released, count), TENON_OK);
    EXPECT_EQ(released, 1);
    return tenon_verdict{TENON_NEXT};
  });
  server.exchange(kGet);
  EXPECT_EQ(released, 2);
}

TEST_F(Wait, AnswersCallsThatComeTooLate) {
  tenon_req* dead = nullptr;
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    if (dead == nullptr) {
      dead = request;
      return server.text(request, "first");
    }
    EXPECT_NE(request, dead);
    tenon_buf body{};
    const tenon_header* fields = nullptr;
    size_t n_fields = 0;
    EXPECT_EQ(server.host.respond(dead, 200, nullptr, 0, {nullptr, 0}), TENON_E_STATE);
    EXPECT_EQ(server.host.headers(dead, 0, &fields, &n_fields), TENON_E_STATE);
    EXPECT_EQ(server.host.body(dead, &body), TENON_E_STATE);
    EXPECT_EQ(server.host.suspend(dead, &ticket), TENON_E_STATE);
    EXPECT_EQ(server.host.alloc(dead, 1, 1), nullptr);
    EXPECT_EQ(server.host.cancelled(dead), 1);
    return server.text(request, "second");
  });
  const auto all = answers(server.exchange(std::string(kGet) + std::string(kGet)));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].body, "second");
}

}  // namespace
}  // namespace tenon::http
