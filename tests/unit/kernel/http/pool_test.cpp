// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kSecond = 1'000'000'000;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

class PoolHooks : public ::testing::Test {
 protected:
  ~PoolHooks() override { EXPECT_THAT(server.mpm.breaches, IsEmpty()); }

  // A hook that asks for the pool on the I/O thread, and does `then` in the pool.
  sim::Hook rerun(sim::Hook then) {
    const auto io_thread = std::this_thread::get_id();
    return [this, then, io_thread](tenon_req* request, const tenon_req_info& info) {
      ++calls;
      if (std::this_thread::get_id() == io_thread) return tenon_verdict{TENON_RERUN_IN_POOL};
      EXPECT_EQ(server.slot(1).hook_request, info.request_number);
      return then(request, info);
    };
  }
  sim::Hook say(std::string text) {
    return [this, text](tenon_req* request, const tenon_req_info&) {
      return server.text(request, text);
    };
  }

  Server server{2};
  int calls = 0;
};

TEST_F(PoolHooks, AreCountedAndTimedOnTheirThread) {
  server.route(
      "/*",
      [this](tenon_req* request, const tenon_req_info&) {
        const uint64_t begun_ns = now_ns();
        while (now_ns() == begun_ns) {
        }
        return server.text(request, "a");
      },
      TENON_RUN_POOL
  );
  server.hook(0, TENON_PH_ACCESS, [](tenon_req*, const tenon_req_info&) {
    return tenon_verdict{TENON_NEXT};
  });
  server.hook(0, TENON_PH_LOG, [](tenon_req*, const tenon_req_info&) {
    return tenon_verdict{TENON_FAILED};
  });
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(server.slot(0).requests_active, 1u);

  server.mpm.run_all();

  EXPECT_EQ(server.slot(0).requests_active, 0u);
  EXPECT_EQ(server.counts(0).calls, 2u);
  EXPECT_EQ(server.counts(0).failures, 1u);
  EXPECT_EQ(server.counts(0).time_ns, 0u);  // no clock is read there
  EXPECT_EQ(server.counts(1).calls, 1u);
  EXPECT_EQ(server.counts(1).failures, 0u);
  EXPECT_GT(server.counts(1).time_ns, 0u);
}

TEST_F(PoolHooks, RunsAHookAgainOnAPoolThread) {
  server.route("/*", rerun(say("from the pool")));
  Connection& connection = server.connect();
  connection.send(std::string(kGet) + std::string(kGet));
  server.mpm.run();
  EXPECT_TRUE(connection.parked());
  EXPECT_EQ(connection.deadline_ns, 0u);

  server.mpm.run_all();

  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].body, "from the pool");
  EXPECT_EQ(all[1].body, "from the pool");
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(server.slot(1).hook_request, 0u);
}

TEST_F(PoolHooks, RunsPoolHooksThereAtOnce) {
  const auto io_thread = std::this_thread::get_id();
  server.route(
      "/*",
      [&](tenon_req* request, const tenon_req_info&) {
        EXPECT_NE(std::this_thread::get_id(), io_thread);
        return server.text(request, "blocked");
      },
      TENON_RUN_POOL
  );

  EXPECT_EQ(answers(server.exchange(kGet))[0].body, "blocked");
}

TEST_F(PoolHooks, ServesEveryPhase) {
  std::vector<std::string> called;
  const auto step = [&](std::string word) {
    return [&called, word](tenon_req*, const tenon_req_info&) {
      called.push_back(word);
      return tenon_verdict{TENON_NEXT};
    };
  };
  const size_t access = server.route("/access", say("a"));
  server.hook(access, TENON_PH_ACCESS, rerun(step("access")));
  const size_t response = server.route("/response", say("r"));
  server.hook(response, TENON_PH_RESPONSE, rerun(step("response")));
  const size_t log = server.route("/log", say("l"));
  server.hook(log, TENON_PH_LOG, rerun(step("log")));

  for (const char* const path : {"/access", "/response", "/log"}) {
    const std::string request = "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(answers(server.exchange(request))[0].status, 200) << path;
  }

  EXPECT_THAT(called, ElementsAre("access", "response", "log"));
}

TEST_F(PoolHooks, GoesThereOncePerRequest) {
  const size_t route = server.route("/*", [](tenon_req*, const tenon_req_info&) {
    return tenon_verdict{TENON_RERUN_IN_POOL};
  });
  server.hook(route, TENON_PH_ACCESS, [](tenon_req*, const tenon_req_info&) {
    return tenon_verdict{TENON_NEXT};
  });

  EXPECT_EQ(answers(server.exchange(kGet))[0].status, 500);
}

TEST_F(PoolHooks, AnswersA503WhenTheQueueIsFull) {
  server.route("/*", say("late"), TENON_RUN_POOL);
  Connection& first = server.connect();
  Connection& second = server.connect();
  Connection& third = server.connect();
  for (Connection* const connection : {&first, &second, &third}) {
    connection->send(kGet);
    server.mpm.run();
  }

  const auto refused = answers(third.take_output());
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].status, 503);
  EXPECT_EQ(refused[0].field("Retry-After"), "1");
  server.mpm.run_all();
  EXPECT_EQ(answers(first.take_output())[0].body, "late");
  EXPECT_EQ(answers(second.take_output())[0].body, "late");
}

TEST_F(PoolHooks, KeepsTheSessionUntilTheHookIsBack) {
  int32_t cancelled = 0;
  Connection* connection = nullptr;
  server.route(
      "/*",
      [&](tenon_req* request, const tenon_req_info&) {
        EXPECT_EQ(server.host.cancelled(request), 0);
        connection->lose();  // As if the I/O thread did it meanwhile: the hook runs alone here.
        cancelled = server.host.cancelled(request);
        return server.text(request, "for nobody");
      },
      TENON_RUN_POOL
  );
  connection = &server.connect();
  connection->send(kGet);
  server.mpm.run_all();

  EXPECT_EQ(cancelled, 1);
  EXPECT_EQ(connection->take_output(), "");
}

TEST_F(PoolHooks, DoesNotCallAHookThatNobodyWaitsFor) {
  server.route("/*", rerun(say("for nobody")));
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  connection.lose();

  server.mpm.run_all();

  EXPECT_EQ(calls, 1);
}

TEST_F(PoolHooks, LogsARequestWhoseClientIsGone) {
  const size_t route = server.route("/*", say("late"), TENON_RUN_POOL);
  int logged = 0;
  server.hook(route, TENON_PH_LOG, rerun([&](tenon_req*, const tenon_req_info&) {
                ++logged;
                return tenon_verdict{TENON_NEXT};
              }));
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  connection.lose();

  server.mpm.run_all();

  EXPECT_EQ(logged, 1);
}

TEST_F(PoolHooks, SurvivesALossBetweenPostAndResume) {
  server.route("/*", say("late"), TENON_RUN_POOL);
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  server.mpm.run_pool();

  connection.lose();
  server.mpm.run();

  EXPECT_EQ(server.mpm.pool_queue_size(), 0u);
}

TEST_F(PoolHooks, StaysParkedThroughDrainAndTime) {
  server.route("/*", say("late"), TENON_RUN_POOL);
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  connection.drain(server.mpm.now_ns);
  server.mpm.advance(1000 * kSecond);
  EXPECT_FALSE(connection.closed);

  server.mpm.run_all();

  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].field("Connection"), "close");
  EXPECT_TRUE(connection.closed);
}

}  // namespace
}  // namespace tenon::http
