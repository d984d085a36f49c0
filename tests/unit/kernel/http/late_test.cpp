// SPDX-License-Identifier: Apache-2.0
// Modules that call when they may not: too late, twice, from the wrong thread, or never.
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Hook;
using sim::Server;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

#ifdef NDEBUG
constexpr bool kChecksThreads = false;
#else
constexpr bool kChecksThreads = true;
#endif

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

tenon_verdict TENON_CALL nobody(void*, tenon_req*, const tenon_req_info*, void*) {
  ADD_FAILURE() << "must not run";
  return TENON_NEXT;
}

// Every function of the host table that takes a request and answers with a status.
struct Call {
  const char* name;
  std::function<tenon_status(const tenon_host&, tenon_req*)> make;
};

const std::vector<Call>& calls() {
  static const tenon_str kName = TENON_LIT("name");
  static const std::vector<Call> kCalls = {
      {"headers",
       [](const tenon_host& host, tenon_req* request) {
         const tenon_header* fields = nullptr;
         size_t n = 0;
         return host.headers(request, TENON_REQUEST_HEADERS, &fields, &n);
       }},
      {"header_get",
       [](const tenon_host& host, tenon_req* request) {
         tenon_str out{};
         return host.header_get(request, TENON_REQUEST_HEADERS, kName, &out);
       }},
      {"header_edit",
       [](const tenon_host& host, tenon_req* request) {
         return host.header_edit(request, TENON_RESPONSE_HEADERS, TENON_HDR_SET, kName, kName);
       }},
      {"set_path",
       [](const tenon_host& host, tenon_req* request) {
         return host.set_path(request, TENON_LIT("/x"), {nullptr, 0});
       }},
      {"ctx_set",
       [](const tenon_host& host, tenon_req* request) {
         return host.ctx_set(nullptr, request, nullptr, nullptr);
       }},
      {"body",
       [](const tenon_host& host, tenon_req* request) {
         tenon_buf out{};
         return host.body(request, &out);
       }},
      {"body_peek",
       [](const tenon_host& host, tenon_req* request) {
         tenon_buf out{};
         return host.body_peek(request, &out);
       }},
      {"body_consume",
       [](const tenon_host& host, tenon_req* request) { return host.body_consume(request, 0); }},
      {"respond",
       [](const tenon_host& host, tenon_req* request) {
         return host.respond(request, 200, nullptr, 0, {nullptr, 0});
       }},
      {"respond_file",
       [](const tenon_host& host, tenon_req* request) {
         return host.respond_file(request, 200, nullptr, 0, nullptr, 0, 0);
       }},
      {"start",
       [](const tenon_host& host, tenon_req* request) {
         return host.start(request, 200, nullptr, 0, -1);
       }},
      {"write",
       [](const tenon_host& host, tenon_req* request) {
         const tenon_buf part = TENON_LIT("x");
         return host.write(request, &part, 1, nullptr, nullptr);
       }},
      {"finish",
       [](const tenon_host& host, tenon_req* request) { return host.finish(request, nullptr, 0); }},
      {"answer",
       [](const tenon_host& host, tenon_req* request) {
         tenon_answer_info info{};
         info.struct_size = sizeof info;
         return host.answer(request, &info);
       }},
      {"suspend",
       [](const tenon_host& host, tenon_req* request) {
         tenon_ticket* ticket = nullptr;
         return host.suspend(request, &ticket);
       }},
      {"want",
       [](const tenon_host& host, tenon_req* request) {
         return host.want(request, TENON_WANT_BODY, nobody, nullptr);
       }},
  };
  return kCalls;
}

void expect_all_refused(const tenon_host& host, tenon_req* request, tenon_status status) {
  for (const Call& call : calls()) {
    EXPECT_EQ(call.make(host, request), status) << call.name;
  }
  EXPECT_EQ(host.alloc(request, 8, 8), nullptr);
  EXPECT_EQ(host.ctx_get(nullptr, request), nullptr);
}

class Late : public ::testing::Test {
 protected:
  ~Late() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }
  Hook suspend() {
    return [this](tenon_req* request, const tenon_req_info&) {
      kept = request;
      EXPECT_EQ(server.host.suspend(request, &ticket), TENON_OK);
      return tenon_verdict{TENON_PENDING};
    };
  }
  static void TENON_CALL count(void* counter) { ++*static_cast<int*>(counter); }

  Server server;
  tenon_req* kept = nullptr;
  tenon_ticket* ticket = nullptr;
  int dropped = 0;
};

TEST_F(Late, CallsAfterTheEndAreRefused) {
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    kept = request;
    return server.text(request, "over");
  });
  server.exchange(kGet);

  expect_all_refused(server.host, kept, TENON_E_STATE);
  EXPECT_EQ(server.host.cancelled(kept), 1);
  EXPECT_EQ(server.host.draining(kept), 1);
}

// The next request has the same object, and is not harmed.
TEST_F(Late, CallsForTheLastRequestDoNotReachTheNext) {
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    if (kept != nullptr) expect_all_refused(server.host, kept, TENON_E_STATE);
    kept = request;
    return server.text(request, "good");
  });

  const auto all = answers(server.exchange(std::string(kGet) + std::string(kGet)));

  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].status, 200);
  EXPECT_EQ(all[1].body, "good");
}

TEST_F(Late, CallsAfterTheClientWentAreRefused) {
  server.route("/*", suspend());
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  connection.lose();

  expect_all_refused(server.host, kept, TENON_E_STATE);
  EXPECT_EQ(server.host.resume(ticket, nobody, &dropped, count), TENON_E_CANCELLED);
  EXPECT_EQ(dropped, 1);
}

TEST_F(Late, CallsWithoutARequestAreRefused) {
  expect_all_refused(server.host, nullptr, TENON_E_ARG);
  EXPECT_EQ(server.host.cancelled(nullptr), 1);
  EXPECT_EQ(server.host.resume(nullptr, nobody, nullptr, nullptr), TENON_E_ARG);
  EXPECT_EQ(server.host.ticket_cancelled(nullptr), 1);
  server.host.discard(nullptr);
}

TEST_F(Late, CallsFromAnotherThreadAreRefusedInDebugBuilds) {
  if (!kChecksThreads) GTEST_SKIP() << "this build does not check threads";
  const std::string path = testing::TempDir() + "tenon_late_thread/error.log";
  std::remove(path.c_str());
  const Result<int64_t> file = open_log_file(path);
  ASSERT_TRUE(file);
  Log log;
  log.configure({.file = *file, .to_stderr = false, .level = TENON_LOG_ERROR});
  server.context.log = &log;
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    std::thread([&] { expect_all_refused(server.host, request, TENON_E_THREAD); }).join();
    return server.text(request, "unharmed");
  });

  EXPECT_EQ(answers(server.exchange(kGet)).at(0).body, "unharmed");

  server.context.log = nullptr;
  close_log_file(*file);
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const Call& call : calls()) {
    EXPECT_THAT(text, HasSubstr("module=test function=" + std::string(call.name) + " request=1\n"));
  }
}

TEST_F(Late, ATicketIsUsedOnce) {
  server.route("/*", suspend());
  Hook answer = [this](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "once");
  };
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();

  EXPECT_EQ(server.host.resume(ticket, sim::run_hook, &answer, nullptr), TENON_OK);
  EXPECT_EQ(server.host.resume(ticket, nobody, &dropped, count), TENON_E_STATE) << "on its way";
  server.host.discard(ticket);
  server.mpm.run();
  EXPECT_EQ(server.host.resume(ticket, nobody, &dropped, count), TENON_E_STATE) << "arrived";
  server.host.discard(ticket);
  EXPECT_EQ(server.host.ticket_cancelled(ticket), 1);

  EXPECT_EQ(answers(connection.take_output()).at(0).body, "once");
  EXPECT_EQ(dropped, 0) << "an error calls nothing";
}

TEST_F(Late, ADiscardedTicketResumesNothing) {
  server.route("/*", suspend());
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();

  server.host.discard(ticket);
  EXPECT_EQ(server.host.resume(ticket, nobody, &dropped, count), TENON_E_STATE);
  server.mpm.run();

  EXPECT_EQ(answers(connection.take_output()).at(0).status, 500);
  EXPECT_EQ(dropped, 0);
}

// The object of a ticket is used again: the old handle must not resume the new one.
TEST_F(Late, ATicketDoesNotResumeTheNextRequest) {
  server.route("/*", suspend());
  Hook answer = [this](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "mine");
  };
  Connection& connection = server.connect();
  connection.send(std::string(kGet) + std::string(kGet));
  server.mpm.run();
  tenon_ticket* const first = ticket;
  server.host.resume(first, sim::run_hook, &answer, nullptr);
  server.mpm.run();
  ASSERT_NE(ticket, first);

  EXPECT_EQ(server.host.resume(first, nobody, &dropped, count), TENON_E_STATE);
  EXPECT_EQ(server.host.resume(ticket, sim::run_hook, &answer, nullptr), TENON_OK);
  server.mpm.run();

  EXPECT_EQ(answers(connection.take_output()).size(), 2u);
}

TEST_F(Late, ATicketThatIsNeverResumedEndsWithItsClient) {
  int released = 0;
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.ctx_set(nullptr, request, &released, count), TENON_OK);
    EXPECT_EQ(server.host.suspend(request, &ticket), TENON_OK);
    return tenon_verdict{TENON_PENDING};
  });
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  EXPECT_EQ(released, 0);

  connection.lose();

  EXPECT_EQ(released, 1);
  EXPECT_EQ(server.host.ticket_cancelled(ticket), 1);
  server.host.discard(ticket);
}

TEST_F(Late, ARequestThatNothingCanResumeIsNamedInTheLog) {
  const std::string path = testing::TempDir() + "tenon_late_pending/error.log";
  std::remove(path.c_str());
  const Result<int64_t> file = open_log_file(path);
  ASSERT_TRUE(file);
  Log log;
  log.configure({.file = *file, .to_stderr = false, .level = TENON_LOG_ERROR});
  server.context.log = &log;
  server.route("/*", [](tenon_req*, const tenon_req_info&) {
    return tenon_verdict{TENON_PENDING};
  });

  EXPECT_EQ(answers(server.exchange("GET /lost HTTP/1.1\r\nHost: x\r\n\r\n")).at(0).status, 500);

  server.context.log = nullptr;
  close_log_file(*file);
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_THAT(text, HasSubstr("module=test reason=\"it waits, and nothing can resume it\""));
  EXPECT_THAT(text, HasSubstr("request=1 method=GET target=/lost"));
}

// How the bytes of a write that was taken may come to their end.
struct Fate {
  const char* name;
  const char* request;
  std::function<void(Server&, Connection&)> then;
};

void PrintTo(const Fate& fate, std::ostream* out) {
  *out << fate.name;
}

class DoneOnce : public ::testing::TestWithParam<Fate> {};

TEST_P(DoneOnce, IsCalledForEveryWriteThatWasTaken) {
  static std::string text;
  text.assign(100'000, 'd');
  int taken = 0, done = 0;
  const auto count = [](void* counter) noexcept { ++*static_cast<int*>(counter); };
  {
    Server server;
    tenon_ticket* ticket = nullptr;
    Hook write_more = [&](tenon_req* request, const tenon_req_info&) {
      const tenon_buf parts[] = {buf(std::string_view(text)), {nullptr, 0}, TENON_LIT("end")};
      if (server.host.write(request, parts, 3, count, &done) >= 0) ++taken;
      if (taken < 8) {
        if (server.host.suspend(request, &ticket) != TENON_OK) return tenon_verdict{TENON_FAILED};
        return tenon_verdict{TENON_PENDING};
      }
      const tenon_status finished = server.host.finish(request, nullptr, 0);
      return tenon_verdict{finished == TENON_OK ? TENON_FINISHED : TENON_FAILED};
    };
    server.route("/*", [&](tenon_req* request, const tenon_req_info& info) {
      const tenon_status started = server.host.start(request, 200, nullptr, 0, -1);
      return started == TENON_OK ? write_more(request, info) : tenon_verdict{TENON_FAILED};
    });
    Connection& connection = server.connect();
    connection.behaviour.hold_sends = true;
    connection.send(GetParam().request);
    server.mpm.run();
    for (int i = 0; i < 4 && ticket != nullptr; ++i) {
      server.host.resume(std::exchange(ticket, nullptr), sim::run_hook, &write_more, nullptr);
      server.mpm.run();
    }
    GetParam().then(server, connection);
    while (ticket != nullptr) {
      server.host.resume(std::exchange(ticket, nullptr), sim::run_hook, &write_more, nullptr);
      server.mpm.run();
    }
    connection.behaviour.hold_sends = false;
    server.mpm.run();
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }
  EXPECT_GT(taken, 0);
  EXPECT_EQ(done, taken);
}

const Fate kFates[] = {
    {"Sent", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", [](Server&, Connection&) {}},
    {"SentUntilClose", "GET / HTTP/1.0\r\n\r\n", [](Server&, Connection&) {}},
    {"NotSentForHead", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", [](Server&, Connection&) {}},
    {"ClientGone",
     "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
     [](Server&, Connection& connection) { connection.lose(); }},
    {"ClientGoneMidway",
     "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
     [](Server& server, Connection& connection) {
       connection.complete_send();
       server.mpm.run();
       connection.lose();
     }},
    {"ClientTooSlow",
     "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
     [](Server& server, Connection&) { server.mpm.advance(3'600'000'000'000); }},
    {"ClientSentItsEnd",
     "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
     [](Server& server, Connection& connection) {
       connection.finish();
       server.mpm.run();
     }},
    {"Draining",
     "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
     [](Server& server, Connection& connection) {
       connection.drain(0);
       server.mpm.run();
     }},
};

INSTANTIATE_TEST_SUITE_P(Fates, DoneOnce, ::testing::ValuesIn(kFates), [](const auto& fate) {
  return std::string(fate.param.name);
});

}  // namespace
}  // namespace tenon::http
