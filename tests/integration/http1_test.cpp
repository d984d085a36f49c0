// SPDX-License-Identifier: Apache-2.0
// The cases of tests/http1 on the real server: one for each configuration that they want.
#include <gtest/gtest.h>

#include "integration/http1_conversation.hpp"
#include "integration/http1_server.hpp"
#include "support/environment.hpp"
#include "tests/http1/params.hpp"

namespace tenon::http1 {
namespace {

constexpr uint64_t kPatienceMs = support::kPatience.count();

void expect_reaction(const Step& step, const Reaction& reaction) {
  for (size_t i = 0; i < reaction.answers.size(); ++i) {
    EXPECT_EQ(mismatch(step.answers[i], reaction.answers[i]), "") << "answer " << i + 1;
    EXPECT_EQ(misbehaviour(step, i, reaction.answers[i]), "") << "answer " << i + 1;
  }
  EXPECT_EQ(reaction.answers.size(), step.answers.size()) << reaction.rest;
  EXPECT_EQ(reaction.rest, "") << "more than was expected";
  EXPECT_EQ(reaction.closed, step.closes);
  EXPECT_FALSE(reaction.reset) << "the close is not graceful, or does not come";
}

class Http1OnTheServer : public ::testing::TestWithParam<Param> {};

TEST_P(Http1OnTheServer, AnswersAsWritten) {
  const Case& test = GetParam().test;
  SCOPED_TRACE(test.place());
  ASSERT_FALSE(test.steps.empty()) << test.place() << ": " << test.name;
  const support::Served& served = serve(GetParam().config);
  ASSERT_TRUE(served.up());

  const std::vector<Reaction> reactions = converse(served.port(), test, kPatienceMs, kPatienceMs);

  ASSERT_GE(reactions.size(), test.steps.size());
  for (size_t i = 0; i < test.steps.size(); ++i) {
    expect_reaction(test.steps[i], reactions[i]);
  }
  if (test.steps.back().closes) return;
  ASSERT_EQ(reactions.back().answers.size(), 1u) << "the connection is not open";
  EXPECT_EQ(reactions.back().answers[0].body, "hello");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    Http1OnTheServer,
    ::testing::ValuesIn(all_cases(support::source_root() + "/tests/http1")),
    test_name
);

}  // namespace
}  // namespace tenon::http1
