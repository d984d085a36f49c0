// SPDX-License-Identifier: Apache-2.0
#include "common/faults.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::uint32_t> first_calls(const std::string& text, std::string_view point, int n) {
  Result<FaultPlan> plan = FaultPlan::parse(text);
  EXPECT_TRUE(plan) << plan.error().text();
  std::vector<std::uint32_t> errors;
  for (int i = 0; plan && i < n; ++i)
    errors.push_back(plan->next_error(point));
  return errors;
}

TEST(FaultPlan, FailsEveryNthCall) {
  EXPECT_THAT(
      first_calls("accept:every=3,error=64", "accept", 7), ElementsAre(0, 0, 64, 0, 0, 64, 0)
  );
}

TEST(FaultPlan, FailsTheFirstCalls) {
  EXPECT_THAT(first_calls("accept:count=2,error=64", "accept", 4), ElementsAre(64, 64, 0, 0));
}

TEST(FaultPlan, FailsOneCallOrSomeFromThereOn) {
  EXPECT_THAT(first_calls("accept:at=3,error=64", "accept", 5), ElementsAre(0, 0, 64, 0, 0));
  EXPECT_THAT(
      first_calls("accept:at=2,count=2,error=64", "accept", 5), ElementsAre(0, 64, 64, 0, 0)
  );
}

TEST(FaultPlan, KnowsOnlyItsOwnPoints) {
  EXPECT_THAT(first_calls("accept:count=9,error=64", "acceptex", 2), ElementsAre(0, 0));
  EXPECT_THAT(first_calls("", "accept", 2), ElementsAre(0, 0));
  EXPECT_THAT(first_calls("a:count=1,error=1;b:count=1,error=2;", "b", 2), ElementsAre(2, 0));
}

TEST(FaultPlan, SeparatesListeners) {
  Result<FaultPlan> plan = FaultPlan::parse("accept@1:count=2,error=64");
  ASSERT_TRUE(plan);

  EXPECT_EQ(plan->next_error("accept", 0), 0u);
  EXPECT_EQ(plan->next_error("accept", 1), 64u);
  EXPECT_EQ(plan->next_error("accept", 0), 0u);
  EXPECT_EQ(plan->next_error("accept", 1), 64u);
  EXPECT_EQ(plan->next_error("accept", 1), 0u);
}

TEST(FaultPlan, MakesTheClockFaster) {
  const Result<FaultPlan> plan = FaultPlan::parse("clock:factor=60");
  ASSERT_TRUE(plan);

  EXPECT_EQ(plan->clock_factor(), 60u);
  EXPECT_EQ(FaultPlan::parse("")->clock_factor(), 1u);
}

TEST(FaultPlan, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"accept", "TENON_FAULTS: \"accept\" does not say which error=CODE"},
      {"accept:evry=1,error=1", "has the unknown key \"evry\""},
      {"accept:every=x,error=1", "needs a number above 0 behind \"every\""},
      {"accept:every=0,error=1", "needs a number above 0 behind \"every\""},
      {"accept:every,error=1", "needs a number above 0 behind \"every\""},
      {":error=1", "names no point"},
      {"accept@x:error=1", "needs the number of a listener behind @"},
      {"clock:error=1", "has the unknown key \"error\""}};
  for (const auto& [text, sentence] : mistakes) {
    const Result<FaultPlan> plan = FaultPlan::parse(text);
    ASSERT_FALSE(plan) << text;
    EXPECT_THAT(plan.error().text(), HasSubstr(sentence));
  }
}

TEST(FaultPlan, IsNoPartOfAUsualBuild) {
  EXPECT_FALSE(kHasFaults);
  EXPECT_EQ(injected_error("accept"), 0u);
  EXPECT_EQ(hurried_ms(60'000), 60'000u);
  EXPECT_EQ(faults_mistake(), "");
}

TEST(FaultPlan, TellsWhenTheLastOfACountHasFailed) {
  Result<FaultPlan> plan = FaultPlan::parse("recv:every=2,count=2,error=104");
  ASSERT_TRUE(plan);
  std::vector<bool> said;
  for (int call = 0; call < 6; ++call) {
    bool is_over = false;
    plan->next_error("recv", 0, is_over);
    said.push_back(is_over);
  }

  EXPECT_THAT(said, ElementsAre(false, false, false, true, false, false));
}

}  // namespace
}  // namespace tenon::mpm
