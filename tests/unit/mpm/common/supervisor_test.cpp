// SPDX-License-Identifier: Apache-2.0
#include "common/supervisor.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kSecond = 1'000'000'000;

// What became of one child, outliving it.
struct Fate {
  SupervisedChild::State state = SupervisedChild::State::Starting;
  std::string why;
  bool ended = false;
  bool clean = true;
  std::uint64_t connections = 0;
  bool accepts = true;
  std::vector<DrainMode> drains;
  bool terminated = false;
};

class FakeChild final : public SupervisedChild {
 public:
  FakeChild(std::uint32_t number, Fate& fate) : number_(number), fate_(fate) {}

  std::uint32_t number() const override { return number_; }
  State state() override { return fate_.state; }
  std::string why() override { return fate_.why; }
  bool ended() override { return fate_.ended; }
  std::uint64_t connections() const override { return fate_.connections; }
  bool accepts() const override { return fate_.accepts; }
  void drain(const DrainMessage& message) override { fate_.drains.push_back(message.mode); }
  void dismiss() override { fate_.ended = true; }
  void terminate() override {
    if (!fate_.ended) fate_.terminated = true;
    fate_.ended = true;
  }
  Obituary obituary() const override {
    return {fate_.clean, "generation " + std::to_string(number_) + " ended", "  in hook x\n"};
  }

 private:
  const std::uint32_t number_;
  Fate& fate_;
};

class SupervisorTest : public testing::Test, protected SupervisorHost {
 protected:
  Result<std::shared_ptr<Plan>, Outcome> make_plan(const Plan*) override {
    if (refusal_) return fail(*refusal_);
    auto plan = std::make_shared<Plan>();
    plan->settings = settings_;
    return plan;
  }
  Result<std::unique_ptr<SupervisedChild>> start_child(
      const std::shared_ptr<Plan>&, std::uint32_t number, std::uint32_t
  ) override {
    started_.push_back(number);
    return std::unique_ptr<SupervisedChild>(new FakeChild(number, fates_[number]));
  }
  void announce(const Plan&, SupervisedChild& child, bool adopted) override {
    ready_.push_back(child.number());
    adopted_ = adopted;
  }
  void stopping(Plan*) override { stopping_ = true; }
  void report(std::int32_t, std::string_view text) override { log_ += std::string(text) + "\n"; }

  void SetUp() override {
    settings_.startup_timeout_ns = 30 * kSecond;
    settings_.graceful_timeout_ns = 20 * kSecond;
    settings_.stop_timeout_ns = 10 * kSecond;
  }
  std::uint64_t tick(std::uint64_t later_ns = 0) { return supervisor_.tick(now_ns_ += later_ns); }
  void make_ready(std::uint32_t number) {
    fates_[number].state = SupervisedChild::State::Ready;
    tick();
  }
  void end(std::uint32_t number, bool clean) {
    fates_[number].clean = clean;
    fates_[number].ended = true;
    tick();
  }
  void refuse(std::uint32_t number, std::string why) {
    fates_[number].why = std::move(why);
    fates_[number].state = SupervisedChild::State::Refused;
    tick();
  }
  void serve() {
    supervisor_.start(now_ns_);
    make_ready(1);
  }
  void reload() {
    supervisor_.ask_reload([this](const Outcome& outcome) { replies_.push_back(outcome); });
    tick();
  }
  void stop(DrainMode mode) {
    supervisor_.ask_stop(
        mode, [this](const Outcome& outcome) { replies_.push_back(outcome); }, now_ns_
    );
    tick();
  }

  std::uint64_t now_ns_ = kSecond;
  Settings settings_;
  std::optional<Outcome> refusal_;
  std::map<std::uint32_t, Fate> fates_;
  std::vector<std::uint32_t> started_, ready_;
  std::vector<Outcome> replies_;
  std::string log_;
  bool adopted_ = false;
  bool stopping_ = false;
  Supervisor supervisor_{*this};
};

TEST_F(SupervisorTest, EndsWhenTheFirstConfigurationIsRefused) {
  refusal_ = Outcome{kConfig, "bad"};

  supervisor_.start(now_ns_);

  EXPECT_EQ(supervisor_.exit_code(), kConfig);
  EXPECT_THAT(started_, IsEmpty());
}

TEST_F(SupervisorTest, EndsWhenTheFirstChildRefuses) {
  supervisor_.start(now_ns_);

  refuse(1, "tenon.toml:1:1: error: no");

  EXPECT_EQ(supervisor_.exit_code(), kConfig);
  EXPECT_THAT(log_, HasSubstr("tenon.toml:1:1"));
}

TEST_F(SupervisorTest, EndsWhenTheFirstChildIsNotReadyInTime) {
  supervisor_.start(now_ns_);

  tick(settings_.startup_timeout_ns);

  EXPECT_EQ(supervisor_.exit_code(), kMachine);
  EXPECT_TRUE(fates_[1].terminated);
  EXPECT_THAT(log_, HasSubstr("not ready within startup_timeout (30000 ms)"));
}

TEST_F(SupervisorTest, DrainsTheOldChildOnlyWhenTheNewOneIsReady) {
  serve();

  reload();

  EXPECT_THAT(started_, ElementsAre(1, 2));
  EXPECT_THAT(fates_[1].drains, IsEmpty());
  make_ready(2);
  EXPECT_THAT(fates_[1].drains, ElementsAre(DrainMode::Graceful));
  EXPECT_TRUE(adopted_);
  EXPECT_TRUE(replies_.empty()) << "a connection may still get to the old child";
  fates_[1].accepts = false;
  tick();
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_[0].code, kDone);
  EXPECT_EQ(replies_[0].text, "generation 2 serves");
}

TEST_F(SupervisorTest, KeepsTheOldChildWhenTheConfigurationIsRefused) {
  serve();
  refusal_ = Outcome{kConfig, "tenon.toml:2:1: error: bad"};

  reload();

  EXPECT_THAT(started_, ElementsAre(1));
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_[0].code, kConfig);
  EXPECT_THAT(replies_[0].text, HasSubstr("tenon.toml:2:1"));
  EXPECT_THAT(log_, HasSubstr("generation 1 goes on serving"));
  EXPECT_FALSE(supervisor_.exit_code());
}

TEST_F(SupervisorTest, KeepsTheOldChildWhenTheNewOneRefusesOrBreaksOrHangs) {
  serve();
  reload();
  refuse(2, "no");
  reload();
  end(3, false);
  reload();
  tick(settings_.startup_timeout_ns);

  ASSERT_EQ(replies_.size(), 3u);
  EXPECT_EQ(replies_[0].code, kConfig);
  EXPECT_EQ(replies_[1].code, kMachine);
  EXPECT_EQ(replies_[2].code, kMachine);
  EXPECT_THAT(fates_[1].drains, IsEmpty());
  EXPECT_FALSE(fates_[1].ended);
}

TEST_F(SupervisorTest, BeginsAReloadAfterTheOneBefore) {
  serve();
  reload();
  reload();
  EXPECT_THAT(started_, ElementsAre(1, 2));

  make_ready(2);

  EXPECT_THAT(started_, ElementsAre(1, 2, 3));
}

TEST_F(SupervisorTest, LetsAReloadWaitWhileFourGenerationsDrain) {
  serve();
  for (std::uint32_t i = 2; i <= 5; ++i) {
    reload();
    make_ready(i);
  }
  reload();
  EXPECT_EQ(started_.size(), 5u);

  end(1, true);

  EXPECT_EQ(started_.size(), 6u);
}

TEST_F(SupervisorTest, EndsADrainingChildAtItsDeadline) {
  serve();
  reload();
  make_ready(2);

  tick(settings_.graceful_timeout_ns + kSecond);

  EXPECT_TRUE(fates_[1].terminated);
  EXPECT_THAT(log_, HasSubstr("did not end within its time"));
}

TEST_F(SupervisorTest, ReplacesACrashedChildAtOnceThenWaits) {
  serve();

  end(1, false);
  EXPECT_THAT(started_, ElementsAre(1, 2));
  EXPECT_THAT(log_, HasSubstr("the child ended unasked: generation 1 ended\nin hook x\n"));
  make_ready(2);
  EXPECT_FALSE(adopted_);
  end(2, false);

  EXPECT_THAT(started_, ElementsAre(1, 2));
  EXPECT_THAT(log_, HasSubstr("the next child starts in 1000 ms"));
  EXPECT_EQ(tick(), now_ns_ + kSecond);
  tick(kSecond);
  EXPECT_THAT(started_, ElementsAre(1, 2, 3));
  EXPECT_EQ(supervisor_.crashes(), 2u);
}

TEST_F(SupervisorTest, GoesOnTryingWhenAReplacementCannotStart) {
  serve();
  end(1, false);
  end(2, false);

  EXPECT_FALSE(supervisor_.exit_code());
  tick(kSecond);

  EXPECT_THAT(started_, ElementsAre(1, 2, 3));
}

TEST_F(SupervisorTest, EndsACrashLoopByAReload) {
  serve();
  end(1, false);
  make_ready(2);
  end(2, false);  // waits for a second now

  reload();
  make_ready(3);

  EXPECT_THAT(ready_, ElementsAre(1, 2, 3));
  end(3, false);
  EXPECT_THAT(started_, ElementsAre(1, 2, 3, 4)) << "the count begins afresh";
}

TEST_F(SupervisorTest, LetsAReloadTakeOverFromAChildThatCrashes) {
  serve();
  reload();

  end(1, false);
  make_ready(2);

  EXPECT_THAT(started_, ElementsAre(1, 2));
  EXPECT_THAT(ready_, ElementsAre(1, 2));
}

TEST_F(SupervisorTest, RecyclesAfterSoManyConnections) {
  settings_.max_connections_per_child = 100;
  serve();
  fates_[1].connections = 99;
  tick(kSecond);
  EXPECT_THAT(started_, ElementsAre(1));
  fates_[1].connections = 100;

  tick(kSecond);
  make_ready(2);

  EXPECT_THAT(fates_[1].drains, ElementsAre(DrainMode::Graceful));
  EXPECT_EQ(supervisor_.crashes(), 0u);
}

TEST_F(SupervisorTest, StopsWhenEveryChildHasEnded) {
  serve();
  reload();
  make_ready(2);

  stop(DrainMode::Stop);

  EXPECT_TRUE(stopping_);
  EXPECT_THAT(fates_[1].drains, ElementsAre(DrainMode::Graceful, DrainMode::Stop));
  EXPECT_THAT(fates_[2].drains, ElementsAre(DrainMode::Stop));
  end(1, true);
  EXPECT_FALSE(supervisor_.exit_code());
  end(2, true);
  EXPECT_EQ(supervisor_.exit_code(), kDone);
  EXPECT_EQ(replies_.back().text, "stopped");
}

TEST_F(SupervisorTest, TurnsAGracefulStopIntoAPlainOne) {
  serve();
  stop(DrainMode::Graceful);
  tick(settings_.stop_timeout_ns + 2 * kSecond);
  EXPECT_FALSE(fates_[1].ended);

  stop(DrainMode::Stop);
  end(1, true);

  EXPECT_THAT(fates_[1].drains, ElementsAre(DrainMode::Graceful, DrainMode::Stop));
  EXPECT_EQ(replies_.size(), 2u);
}

TEST_F(SupervisorTest, EndsWhatRunsWhenItIsHurried) {
  serve();
  stop(DrainMode::Stop);

  supervisor_.hurry();
  tick();

  EXPECT_TRUE(fates_[1].terminated);
  EXPECT_EQ(supervisor_.exit_code(), kDone);
  EXPECT_THAT(log_, HasSubstr("a second request to stop came"));
}

TEST_F(SupervisorTest, DropsAReloadForAStop) {
  serve();
  reload();

  stop(DrainMode::Stop);

  EXPECT_TRUE(fates_[2].terminated);
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_[0].code, kMachine);
  end(1, true);
  EXPECT_EQ(supervisor_.exit_code(), kDone);
}

TEST_F(SupervisorTest, StopsInTheMiddleOfACrashLoop) {
  serve();
  end(1, false);
  make_ready(2);
  end(2, false);

  stop(DrainMode::Stop);

  EXPECT_EQ(supervisor_.exit_code(), kDone);
}

}  // namespace
}  // namespace tenon::mpm
