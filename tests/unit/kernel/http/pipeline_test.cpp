// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <string>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "tests/sim/server.hpp"

namespace tenon::http {
namespace {

using sim::Answer;
using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";

class Pipeline : public ::testing::Test {
 protected:
  ~Pipeline() override { EXPECT_THAT(server.mpm.breaches, IsEmpty()); }

  sim::Hook note(std::string word, tenon_verdict verdict = TENON_NEXT) {
    return [this, word, verdict](tenon_req*, const tenon_req_info&) {
      called.push_back(word);
      return verdict;
    };
  }
  sim::Hook say(std::string text, int32_t status = 200) {
    return [this, text, status](tenon_req* request, const tenon_req_info&) {
      called.push_back(text);
      return server.text(request, text, status);
    };
  }
  Answer answer(std::string_view request = kGet) {
    const auto all = answers(server.exchange(request));
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Answer() : all.front();
  }

  Server server;
  std::vector<std::string> called;
};

TEST_F(Pipeline, CallsTheHooksInOrder) {
  const size_t route = server.route("/*", say("handler"));
  server.hook(route, TENON_PH_LOG, note("log"));
  server.hook(route, TENON_PH_RESPONSE, note("response"));
  server.hook(route, TENON_PH_ACCESS, note("access 1"));
  server.hook(route, TENON_PH_ACCESS, note("access 2"));
  server.hook(route, TENON_PH_REWRITE, note("rewrite"));
  server.hook(route, TENON_PH_POST_READ, note("post_read"));

  EXPECT_EQ(answer().body, "handler");

  EXPECT_THAT(
      called,
      ElementsAre("post_read", "rewrite", "access 1", "access 2", "handler", "response", "log")
  );
}

TEST_F(Pipeline, StopsAtAnAnswer) {
  const size_t route = server.route("/*", say("handler"));
  server.hook(route, TENON_PH_ACCESS, say("no", 403));
  server.hook(route, TENON_PH_ACCESS, note("access 2"));
  server.hook(route, TENON_PH_RESPONSE, note("response"));

  EXPECT_EQ(answer(kPost).status, 403);

  EXPECT_THAT(called, ElementsAre("no", "response"));
}

TEST_F(Pipeline, TurnsFailuresIntoA500) {
  server.route("/failed", note("", TENON_FAILED));
  server.route("/finished", note("", TENON_FINISHED));
  server.route("/unknown", note("", 99));
  server.route("/answered", [this](tenon_req* request, const tenon_req_info&) {
    server.text(request, "half an answer");
    return TENON_FAILED;
  });

  for (const char* const path : {"/failed", "/finished", "/unknown", "/answered"}) {
    const Answer got = answer("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(got.status, 500) << path;
    EXPECT_THAT(got.body, HasSubstr("500 Internal Server Error")) << path;
    EXPECT_EQ(got.field("Content-Type"), "text/html; charset=utf-8") << path;
  }
}

TEST_F(Pipeline, AnswersA500WhenAResponseHookFails) {
  const size_t route = server.route("/*", say("handler"));
  server.hook(route, TENON_PH_RESPONSE, note("fails", TENON_FAILED));
  server.hook(route, TENON_PH_RESPONSE, note("never"));

  EXPECT_EQ(answer().status, 500);
  EXPECT_THAT(called, ElementsAre("handler", "fails"));
}

TEST_F(Pipeline, RoutesARewrittenPathOnce) {
  const size_t first = server.route("/old", say("old"));
  const size_t second = server.route("/new/*", [this](tenon_req* request, const tenon_req_info& i) {
    return server.text(request, std::string(view(i.rest)) + "?" + std::string(view(i.query)));
  });
  server.hook(first, TENON_PH_REWRITE, [this](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.set_path(request, str("new"), str("")), TENON_E_ARG);
    EXPECT_EQ(server.host.set_path(request, str("/a/../b"), str("")), TENON_E_ARG);
    EXPECT_EQ(server.host.set_path(request, str("/new/a"), str("q\r\n")), TENON_E_ARG);
    EXPECT_EQ(server.host.set_path(request, str("/new/a"), str("q=1")), TENON_OK);
    EXPECT_EQ(server.host.set_path(request, str("/new/b"), str("")), TENON_E_STATE);
    return TENON_NEXT;
  });
  server.hook(first, TENON_PH_ACCESS, note("access of old"));
  server.hook(second, TENON_PH_REWRITE, note("rewrite of new"));
  server.hook(second, TENON_PH_ACCESS, note("access of new"));

  EXPECT_EQ(answer("GET /old?x HTTP/1.1\r\nHost: x\r\n\r\n").body, "a?q=1");

  EXPECT_THAT(called, ElementsAre("access of new"));
}

TEST_F(Pipeline, TellsTheRequestAsItIs) {
  server.context.listener_names = {"main"};
  server.route("/a/*", [this](tenon_req* request, const tenon_req_info& info) {
    EXPECT_EQ(info.struct_size, sizeof info);
    EXPECT_EQ(info.http_version, 0x0101u);
    EXPECT_EQ(view(info.method), "GET");
    EXPECT_EQ(view(info.target), "/a/%41?b=%42");
    EXPECT_EQ(view(info.path), "/a/A");
    EXPECT_EQ(view(info.rest), "A");
    EXPECT_EQ(view(info.query), "b=%42");
    EXPECT_EQ(view(info.host), "example.com");
    EXPECT_EQ(view(info.scheme), "http");
    EXPECT_EQ(view(info.peer_addr), "127.0.0.1");
    EXPECT_EQ(view(info.local_addr), "127.0.0.1");
    EXPECT_EQ(view(info.listener), "main");
    EXPECT_EQ(info.peer_port, 54321);
    EXPECT_EQ(info.local_port, 8080);
    EXPECT_EQ(info.flags, static_cast<uint32_t>(TENON_REQ_KEEP_ALIVE));
    EXPECT_EQ(info.content_length, -1);
    EXPECT_GT(info.start_unix_ns, 1'700'000'000'000'000'000u);
    EXPECT_EQ(info.request_number, 1u);
    tenon_str value{};
    const auto get = [&](std::string_view name) {
      return server.host.header_get(request, TENON_REQUEST_HEADERS, str(name), &value);
    };
    EXPECT_EQ(get("X-TEST"), TENON_OK);
    EXPECT_EQ(view(value), "1");
    EXPECT_EQ(get("x-none"), TENON_E_NOT_FOUND);
    return server.text(request, "");
  });

  const Answer got =
      answer("GET /a/%41?b=%42 HTTP/1.1\r\nHost: Example.com\r\nx-Test: 1\r\nX-Test: 2\r\n\r\n");

  EXPECT_EQ(got.status, 200);
}

TEST_F(Pipeline, LetsAModuleAnswerOnlyOnce) {
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.text(request, "first"), TENON_FINISHED);
    EXPECT_EQ(server.host.respond(request, 200, nullptr, 0, buf("second")), TENON_E_STATE);
    return TENON_FINISHED;
  });

  EXPECT_EQ(answer().body, "first");
}

TEST_F(Pipeline, RefusesAnswersThatAreNone) {
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    const auto respond = [&](int32_t status, std::string_view body) {
      return server.host.respond(request, status, nullptr, 0, buf(body));
    };
    EXPECT_EQ(respond(100, ""), TENON_E_ARG);
    EXPECT_EQ(respond(199, ""), TENON_E_ARG);
    EXPECT_EQ(respond(600, ""), TENON_E_ARG);
    EXPECT_EQ(respond(304, "x"), TENON_E_ARG);
    EXPECT_EQ(respond(204, "x"), TENON_E_ARG);
    EXPECT_EQ(server.host.respond(request, 200, nullptr, 1, buf("")), TENON_E_ARG);
    EXPECT_EQ(server.host.respond(nullptr, 200, nullptr, 0, buf("")), TENON_E_ARG);
    EXPECT_EQ(respond(304, ""), TENON_OK);
    return TENON_FINISHED;
  });

  const Answer got = answer();

  EXPECT_EQ(got.status, 304);
  EXPECT_EQ(got.field("Content-Length"), "");
}

TEST_F(Pipeline, RefusesFieldsThatWouldBreakTheAnswer) {
  const auto respond = [this](tenon_req* request, std::string_view name, std::string_view value) {
    const tenon_header field = {str(name), str(value), 0, 0};
    return server.host.respond(request, 200, &field, 1, buf("x"));
  };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(respond(request, "X", "a\r\nSet-Cookie: b"), TENON_E_ARG);
    EXPECT_EQ(respond(request, "X", "a\nb"), TENON_E_ARG);
    EXPECT_EQ(respond(request, "X\r\nY", "a"), TENON_E_ARG);
    EXPECT_EQ(respond(request, "X:", "a"), TENON_E_ARG);
    EXPECT_EQ(respond(request, "", "a"), TENON_E_ARG);
    EXPECT_EQ(respond(request, "Content-Length", "1"), TENON_E_DENIED);
    EXPECT_EQ(respond(request, "transfer-encoding", "chunked"), TENON_E_DENIED);
    EXPECT_EQ(respond(request, "Connection", "close"), TENON_E_DENIED);
    EXPECT_EQ(respond(request, "Date", "now"), TENON_E_DENIED);
    EXPECT_EQ(respond(request, "X-Fine", "yes"), TENON_OK);
    return TENON_FINISHED;
  });

  EXPECT_EQ(answer().field("X-Fine"), "yes");
}

TEST_F(Pipeline, EditsTheFieldsOfTheAnswer) {
  const size_t route = server.route("/*", say("handler"));
  const auto edit =
      [this](tenon_req* request, int32_t operation, const char* name, const char* value) {
        return server.host.header_edit(
            request, TENON_RESPONSE_HEADERS, operation, str(name), str(value)
        );
      };
  server.hook(route, TENON_PH_ACCESS, [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(edit(request, TENON_HDR_ADD, "X-Early", "1"), TENON_OK);
    return TENON_NEXT;
  });
  server.hook(route, TENON_PH_RESPONSE, [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(edit(request, TENON_HDR_SET, "content-type", "text/x"), TENON_OK);
    EXPECT_EQ(edit(request, TENON_HDR_ADD, "X-Two", "1"), TENON_OK);
    EXPECT_EQ(edit(request, TENON_HDR_ADD, "X-Two", "2"), TENON_OK);
    EXPECT_EQ(edit(request, TENON_HDR_SET, "X-Two", "3"), TENON_OK);
    EXPECT_EQ(edit(request, TENON_HDR_ADD, "X-Gone", "1"), TENON_OK);
    EXPECT_EQ(edit(request, TENON_HDR_REMOVE, "x-gone", ""), TENON_OK);
    EXPECT_EQ(edit(request, TENON_HDR_SET, "Date", "x"), TENON_E_DENIED);
    EXPECT_EQ(edit(request, TENON_HDR_SET, "X", "\r"), TENON_E_ARG);
    EXPECT_EQ(server.host.respond(request, 200, nullptr, 0, buf("x")), TENON_E_STATE);
    tenon_str value{};
    EXPECT_EQ(
        server.host.header_get(request, TENON_RESPONSE_HEADERS, str("X-TWO"), &value), TENON_OK
    );
    EXPECT_EQ(view(value), "3");
    return TENON_NEXT;
  });
  server.hook(route, TENON_PH_LOG, [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(edit(request, TENON_HDR_ADD, "X-Late", "1"), TENON_E_STATE);
    return TENON_NEXT;
  });

  const Answer got = answer();

  EXPECT_EQ(got.field("X-Early"), "1");
  EXPECT_EQ(got.field("content-type"), "text/x");
  EXPECT_THAT(got.head, HasSubstr("X-Two: 3\r\n"));
  EXPECT_THAT(got.head, Not(HasSubstr("X-Two: 1")));
  EXPECT_THAT(got.head, Not(HasSubstr("X-Gone")));
  EXPECT_THAT(got.head, Not(HasSubstr("Content-Type")));
}

TEST_F(Pipeline, LimitsWhatAModuleMayTake) {
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.alloc(request, 2 * limits::kArenaBytesMax, 16), nullptr);
    EXPECT_EQ(server.host.alloc(request, 1, 3), nullptr);
    EXPECT_EQ(server.host.alloc(request, 1, 32), nullptr);
    void* const memory = server.host.alloc(request, 1000, 16);
    std::memset(memory, 1, 1000);
    const std::string large(limits::kResponseHeadBytesMax, 'x');
    const auto add = [&](std::string_view value) {
      return server.host.header_edit(
          request, TENON_RESPONSE_HEADERS, TENON_HDR_ADD, str("X"), str(value)
      );
    };
    EXPECT_EQ(add(large), TENON_E_LIMIT);
    for (size_t i = 0; i < limits::kResponseFieldsMax; ++i) {
      EXPECT_EQ(add("1"), TENON_OK);
    }
    EXPECT_EQ(add("1"), TENON_E_LIMIT);
    return TENON_NEXT;
  });

  EXPECT_EQ(answer().status, 404);
}

TEST_F(Pipeline, AnswersEvenWithoutMemoryForTheHead) {
  server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.respond(request, 200, nullptr, 0, buf("")), TENON_OK);
    for (size_t size = limits::kArenaBytesMax; size != 0; size /= 2) {
      while (server.host.alloc(request, size, 1) != nullptr) {
      }
    }
    return TENON_FINISHED;
  });

  const Answer got = answer();

  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.field("Connection"), "close");
}

TEST_F(Pipeline, ReadsTheBodyBeforeTheHandler) {
  const size_t route = server.route("/*", [this](tenon_req* request, const tenon_req_info&) {
    tenon_buf body{};
    EXPECT_EQ(server.host.body(request, &body), TENON_OK);
    return server.text(request, view(body));
  });
  server.hook(route, TENON_PH_ACCESS, [this](tenon_req* request, const tenon_req_info&) {
    tenon_buf body{};
    EXPECT_EQ(server.host.body(request, &body), TENON_E_STATE);
    return TENON_NEXT;
  });

  EXPECT_EQ(answer(kPost).body, "body");
  EXPECT_EQ(answer(kGet).body, "");
}

TEST_F(Pipeline, SaysInTheSectionWhichHookRuns) {
  const size_t route = server.route("/*", [this](tenon_req* request, const tenon_req_info& info) {
    const tenon_thread_slot& slot = server.slot(0);
    EXPECT_EQ(slot.hook_request, info.request_number);
    EXPECT_EQ(slot.hook_phase, static_cast<uint32_t>(TENON_PH_HANDLER));
    EXPECT_EQ(slot.hook_started_ns, server.mpm.now_ns);
    EXPECT_STREQ(slot.hook_module, "a_module_with_a_name_of_more_th");
    return server.text(request, "");
  });
  server.at(route).plan.phases[TENON_PH_HANDLER][0].module = "a_module_with_a_name_of_more_than_31";

  EXPECT_EQ(answer().status, 200);

  EXPECT_EQ(server.slot(0).hook_request, 0u);
  EXPECT_EQ(server.slot(0).hook_phase, 0u);
  EXPECT_EQ(server.slot(0).requests, 1u);
  EXPECT_GT(server.slot(0).bytes_sent, 100u);
}

}  // namespace
}  // namespace tenon::http
