// SPDX-License-Identifier: Apache-2.0
#include "event/generation.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <unistd.h>

#include "event/process.hpp"
#include "tests/unit/mpm/event/program.hpp"
#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// Shell scripts stand for the program, so that a child behaves as a test says.
class GenerationTest : public testing::Test {
 protected:
  GenerationTest() {
    plan_->listeners.emplace_back(loopback_listener());
    PlannedListener& listener = plan_->listeners.back();
    listener.open = std::make_shared<Listener>(std::move(*open_listener(listener.view(), 16)));
    plan_->snapshot = "the snapshot";
    plan_->settings.io_threads = 1;
    plan_->settings.threads_per_child = 1;
    host_.struct_size = sizeof host_;
    host_.mpm_file = str("the mpm's file");
    host_.log_file = -1;
    setup_.host = &host_;
    setup_.number = 3;
  }

  std::unique_ptr<Generation> start(const std::string& script) {
    host_.executable = str(program_.write(script));
    Result<std::unique_ptr<Generation>> generation = Generation::start(setup_, plan_);
    EXPECT_TRUE(generation);
    return std::move(*generation);
  }
  static bool ends(const Generation& generation) {
    return wait_any(std::array{generation.process()}, 20'000) == 0;
  }

  Program program_;
  std::shared_ptr<EventPlan> plan_ = std::make_shared<EventPlan>();
  tenon_control_host host_{};
  ChildSetup setup_;
};

TEST_F(GenerationTest, StartsTheProgramWithTheHiddenVerb) {
  const auto generation = start("echo \"$1|$2|$3|$4\" >&2");

  ASSERT_TRUE(ends(*generation));
  generation->terminate();

  EXPECT_THAT(program_.output(), MatchesRegex("child\\|the mpm's file\\|[0-9]+\\|[0-9]+\n"));
}

TEST_F(GenerationTest, GivesTheChildNamedDescriptorsOnly) {
  const UniqueFd leaked(::dup(0));  // without CLOEXEC
  const auto generation = start("ls /proc/self/fd | wc -l >&2");

  ASSERT_TRUE(ends(*generation));
  generation->terminate();

  // Three standard ones, two pipes, section and listener, and the folder that ls reads; the shell
  // has its script open without leaving it to ls.
  EXPECT_EQ(std::atoi(program_.output().c_str()), 8);
}

TEST_F(GenerationTest, TellsHowTheChildEnded) {
  const auto generation = start("exit 7");

  ASSERT_TRUE(ends(*generation));
  generation->terminate();

  EXPECT_EQ(generation->state(), SupervisedChild::State::Broken);
  EXPECT_EQ(
      generation->obituary().sentence,
      "generation 3, pid " + std::to_string(generation->pid()) + ", ended with exit code 7"
  );
}

TEST_F(GenerationTest, TellsTheSignalOfACrash) {
  const auto generation = start("kill -SEGV $$");

  ASSERT_TRUE(ends(*generation));
  generation->terminate();

  EXPECT_THAT(
      generation->obituary().sentence, HasSubstr("ended with signal 11 (Segmentation fault)")
  );
}

TEST_F(GenerationTest, TerminatesAChildThatHangs) {
  const auto generation = start("exec sleep 1000");
  EXPECT_EQ(wait_any(std::array{generation->process()}, 0), -1);

  generation->terminate();

  EXPECT_THAT(generation->obituary().sentence, HasSubstr("signal 9"));
  EXPECT_EQ(::kill(static_cast<pid_t>(generation->pid()), 0), -1);
}

TEST_F(GenerationTest, HidesCtrlCFromTheChild) {
  const auto generation = start("exec sleep 1000");

  // Set before exec(), which start() has waited for.
  const auto pid = static_cast<pid_t>(generation->pid());
  EXPECT_EQ(::getpgid(pid), pid);
}

TEST_F(GenerationTest, SaysThatTheProgramIsMissing) {
  host_.executable = str("/nowhere/tenon");

  const auto generation = Generation::start(setup_, plan_);

  ASSERT_FALSE(generation);
  EXPECT_EQ(generation.error().text(), "/nowhere/tenon: No such file or directory");
}

}  // namespace
}  // namespace tenon::mpm
