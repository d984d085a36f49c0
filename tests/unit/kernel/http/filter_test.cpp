// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/server.hpp"

// Body filters in both directions.
namespace tenon::http {
namespace {

using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const tenon_host* host = nullptr;
int open_filters = 0;

struct Instance {
  bool interested = true;
  bool fails = false;
  std::string end;  // what it adds behind the last byte
};

tenon_status TENON_CALL open(void* instance, tenon_req*, const tenon_req_info*, void** state) {
  if (!static_cast<Instance*>(instance)->interested) return TENON_OK;
  ++open_filters;
  *state = instance;
  return TENON_OK;
}

tenon_status TENON_CALL push(
    void* state, tenon_req*, const tenon_buf* parts, size_t n_parts, int32_t last, tenon_next* next
) {
  const Instance& self = *static_cast<Instance*>(state);
  if (self.fails) return TENON_E_FAIL;
  for (size_t i = 0; i < n_parts; ++i) {
    std::string upper(view(parts[i]));
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
      return static_cast<char>(std::toupper(c));
    });
    const tenon_buf out = buf(upper);
    if (const tenon_status passed = host->pass(next, &out, 1); passed < 0) return passed;
  }
  if (last == 0) return TENON_OK;
  const tenon_buf end = buf(self.end);
  return host->pass(next, &end, 1);
}

void TENON_CALL close(void*) {
  --open_filters;
}

class Filter : public ::testing::Test {
 protected:
  Filter() {
    host = &server.host;
    open_filters = 0;
  }
  ~Filter() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
    EXPECT_EQ(open_filters, 0);
  }
  void filter(int32_t direction, Instance& instance) {
    server.filter(
        0, {sizeof(tenon_filter), direction, nullptr, nullptr, open, push, close}, &instance
    );
  }

  Server server;
  Instance first{.end = "!"};
  Instance second{.end = "?"};
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(Filter, ChangesAWholeAnswerAndItsLength) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "hello");
  });
  filter(TENON_FILTER_RESPONSE, first);
  filter(TENON_FILTER_RESPONSE, second);
  const auto all = answers(server.exchange(std::string(kGet) + std::string(kGet)));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].body, "HELLO!?");
  EXPECT_EQ(all[1].field("Content-Length"), "7");
}

TEST_F(Filter, LeavesAWholeAnswerToHeadWithoutABody) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "hello");
  });
  filter(TENON_FILTER_RESPONSE, first);
  const std::string head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto all = answers(server.exchange(head + head), true);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].status, 200);
  EXPECT_EQ(all[1].field("Content-Length"), "");
}

TEST_F(Filter, IsPassedByWhenItIsNotInterested) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "hello");
  });
  first.interested = false;
  filter(TENON_FILTER_RESPONSE, first);
  EXPECT_EQ(answers(server.exchange(kGet))[0].body, "hello");
}

TEST_F(Filter, ChangesAStreamedAnswer) {
  tenon_ticket* ticket = nullptr;
  const auto write = [&](tenon_req* request, std::string_view text) {
    const tenon_buf part = buf(text);
    EXPECT_EQ(server.host.write(request, &part, 1, nullptr, nullptr), TENON_OK);
  };
  sim::Hook end = [&](tenon_req* request, const tenon_req_info&) {
    write(request, " two");
    EXPECT_EQ(server.host.finish(request, nullptr, 0), TENON_OK);
    return tenon_verdict{TENON_FINISHED};
  };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    EXPECT_EQ(server.host.start(request, 200, nullptr, 0, 7), TENON_OK);
    write(request, "one");
    server.host.suspend(request, &ticket);
    return tenon_verdict{TENON_PENDING};
  });
  filter(TENON_FILTER_RESPONSE, first);
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  server.host.resume(ticket, sim::run_hook, &end, nullptr);
  server.mpm.run();
  const auto all = answers(connection.take_output());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].field("Content-Length"), "");
  EXPECT_EQ(all[0].body, "ONE TWO!");
  EXPECT_TRUE(all[0].complete);
}

TEST_F(Filter, ThatFailsCutsTheAnswerOff) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "hello");
  });
  first.fails = true;
  filter(TENON_FILTER_RESPONSE, first);
  Connection& connection = server.connect();
  connection.send(kGet);
  server.mpm.run();
  EXPECT_TRUE(connection.aborted);
}

TEST_F(Filter, LeavesHeadAndEmptyAnswersAlone) {
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    return server.text(request, "", 204);
  });
  filter(TENON_FILTER_RESPONSE, first);
  EXPECT_EQ(answers(server.exchange(kGet))[0].status, 204);
}

TEST_F(Filter, ChangesARequestBody) {
  std::string whole;
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) {
    tenon_buf body{};
    EXPECT_EQ(server.host.body(request, &body), TENON_OK);
    whole = view(body);
    EXPECT_EQ(server.host.body(request, &body), TENON_OK);
    EXPECT_EQ(view(body), whole);
    return server.text(request, whole);
  });
  filter(TENON_FILTER_REQUEST, first);
  filter(TENON_FILTER_REQUEST, second);
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
  EXPECT_EQ(answers(server.exchange(post))[0].body, "HELLO!?");
  EXPECT_EQ(answers(server.exchange(kGet))[0].body, "");
}

TEST_F(Filter, ChangesAPulledBody) {
  std::string got;
  sim::Hook again;
  const auto pull = [&](tenon_req* request) {
    tenon_buf part{};
    tenon_status status = TENON_OK;
    while ((status = server.host.body_peek(request, &part)) == TENON_OK) {
      got += view(part);
      EXPECT_EQ(server.host.body_consume(request, part.len), TENON_OK);
    }
    if (status == TENON_END) return server.text(request, got);
    server.host.want(request, TENON_WANT_BODY, sim::run_hook, &again);
    return tenon_verdict{TENON_PENDING};
  };
  again = [&](tenon_req* request, const tenon_req_info&) { return pull(request); };
  server.route("/*", [&](tenon_req* request, const tenon_req_info&) { return pull(request); });
  server.at(0).plan.phases[TENON_PH_HANDLER][0].whole_body = false;
  filter(TENON_FILTER_REQUEST, first);
  Connection& connection = server.connect();
  connection.behaviour.bytes_per_receive = 1;
  connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  server.mpm.run();
  EXPECT_EQ(answers(connection.take_output())[0].body, "HELLO!");
}

}  // namespace
}  // namespace tenon::http
