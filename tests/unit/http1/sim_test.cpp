// SPDX-License-Identifier: Apache-2.0
// The cases of tests/http1 on the simulation: the whole HTTP core, without a socket.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/diagnostics.hpp"
#include "config/config.hpp"
#include "tests/http1/answer.hpp"
#include "tests/http1/params.hpp"
#include "tests/http1/site.h"
#include "tests/sim/server.hpp"
#include "tests/unit/places.hpp"

namespace tenon::http1 {
namespace {

using sim::Connection;
using sim::Server;

constexpr uint64_t kMillisecond = 1'000'000;

std::unique_ptr<Server> serve(const std::string& config) {
  auto server = std::make_unique<Server>();
  Diagnostics diagnostics;
  const config::Config parsed = config::parse({{}, {{"cases.toml", config}}}, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.text();
  server->context.limits = parsed.limits;
  server->context.timeouts = parsed.timeouts;
  const sim::Hook answer = [host = &server->host](tenon_req* request, const tenon_req_info& info) {
    return http1_answer(host, request, &info);
  };
  server->at(server->route("/get", answer)).methods = {"GET"};
  server->at(server->route("/own", answer)).methods = {"PROPFIND", "TRACE"};
  for (const char* const path : {"/", "/say", "/echo", "/stream", "/sized", "/status/*"}) {
    server->route(path, answer);
  }
  return server;
}

// How the bytes of a step reach the server.
using Send = std::function<void(Server&, Connection&, const std::string& bytes)>;

// What came must be the answers of the step and nothing else.
void expect_answers(const Step& step, Connection& connection) {
  const std::string output = connection.take_output();
  std::string_view rest = output;
  for (size_t i = 0; i < step.answers.size(); ++i) {
    const Expected& expected = step.answers[i];
    Answer answer;
    const Read read = take_answer(rest, expected.to_head, connection.closed, answer);
    ASSERT_EQ(read, Read::Complete) << "answer " << i + 1 << " of \"" << output << "\"";
    EXPECT_EQ(mismatch(expected, answer), "") << "answer " << i + 1 << " of \"" << output << "\"";
    EXPECT_EQ(misbehaviour(step, i, answer), "")
        << "answer " << i + 1 << " of \"" << output << "\"";
  }
  EXPECT_EQ(rest, "") << "more answers than expected";
  EXPECT_EQ(connection.closed, step.closes);
  EXPECT_FALSE(connection.aborted);
}

void play(const Param& param, const Send& send) {
  const std::unique_ptr<Server> server = serve(param.config);
  Connection& connection = server->connect();
  for (const Step& step : param.test.steps) {
    send(*server, connection, step.bytes);
    if (step.finish) connection.finish();
    server->mpm.run_all();
    if (step.wait_ms != 0) server->mpm.advance(step.wait_ms * kMillisecond);
    expect_answers(step, connection);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_THAT(server->mpm.breaches, ::testing::IsEmpty());
}

class OnTheSim : public ::testing::TestWithParam<Param> {
 protected:
  void SetUp() override {
    const Case& test = GetParam().test;
    ASSERT_FALSE(test.steps.empty()) << test.place() << ": " << test.name;
  }
};

TEST_P(OnTheSim, AnswersAsWritten) {
  SCOPED_TRACE(GetParam().test.place());
  play(GetParam(), [](Server&, Connection& connection, const std::string& bytes) {
    connection.send(bytes);
  });
}

TEST_P(OnTheSim, AnswersTheSameInPieces) {
  SCOPED_TRACE(GetParam().test.place());
  for (size_t piece = 1; piece <= 7; ++piece) {
    SCOPED_TRACE("in pieces of " + std::to_string(piece));
    play(GetParam(), [piece](Server&, Connection& connection, const std::string& bytes) {
      connection.behaviour.bytes_per_receive = piece;
      connection.send(bytes);
    });
    if (HasFailure()) return;
  }
}

// Long cases are long because of fillers, where one split is as good as another.
TEST_P(OnTheSim, AnswersTheSameWhereverTheBytesAreSplit) {
  constexpr size_t kSplitsMax = 300;
  SCOPED_TRACE(GetParam().test.place());
  size_t longest = 0;
  for (const Step& step : GetParam().test.steps) {
    longest = std::max(longest, step.bytes.size());
  }
  for (size_t split = 1; split < std::min(longest, kSplitsMax); ++split) {
    SCOPED_TRACE("split at " + std::to_string(split));
    play(GetParam(), [split](Server& server, Connection& connection, const std::string& bytes) {
      connection.send(bytes.substr(0, split));
      if (bytes.size() <= split) return;
      server.mpm.run_all();
      connection.send(bytes.substr(split));
    });
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Http1, OnTheSim, ::testing::ValuesIn(all_cases(source_folder() + "/tests/http1")), test_name
);

}  // namespace
}  // namespace tenon::http1
