// SPDX-License-Identifier: Apache-2.0
#include "common/basic_control.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>

#include "common/clock.hpp"

namespace tenon::mpm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct FakePlan final : ListenersPlan {
  std::vector<ListenAddress> addresses() const override {
    return closed ? std::vector<ListenAddress>{}
                  : std::vector<ListenAddress>{{"main", "127.0.0.1:80", true}, {"six", "", false}};
  }
  void close() override { closed = true; }
  bool closed = false;
};

class FakeGeneration final : public BasicGeneration {
 public:
  FakeGeneration(const ChildSetup& setup, const ListenersPlan& plan) : BasicGeneration(setup) {
    const SectionShape shape = section_shape(plan);
    memory_.resize(section_bytes(shape) / sizeof memory_[0] + 1);
    take_section(memory_.data(), shape, plan);
  }
  std::uint64_t pid() const override { return 44; }
  State state() override { return ready ? State::Ready : State::Starting; }
  std::string why() override { return {}; }
  bool ended() override { return gone; }
  void drain(const DrainMessage&) override { gone = true; }
  void dismiss() override {}
  void terminate() override { gone = true; }
  Obituary obituary() const override { return {true, "it ended", ""}; }
  void change_log(std::int64_t file) override { logs.push_back(file); }

  bool ready = false;
  bool gone = false;
  std::vector<std::int64_t> logs;

 private:
  struct alignas(64) Line {
    char bytes[64] = {};
  };
  std::vector<Line> memory_;
};

// What the kernel was called for.
struct FakeKernel {
  std::vector<std::string> reports;
  std::vector<std::string> ready;
  std::int64_t next_log = -1;  // -1: it stays
  tenon_control_host host{};

  FakeKernel() {
    host.struct_size = sizeof host;
    host.context = this;
    host.instance = str("0123456789abcdef");
    host.log_file = 5;
    host.read_config = [](void*, tenon_mpm_config*) noexcept -> tenon_status { return TENON_OK; };
    host.adopt = [](void*) noexcept {};
    host.report = [](void* self, std::int32_t, tenon_str, tenon_str text) noexcept {
      static_cast<FakeKernel*>(self)->reports.emplace_back(view(text));
    };
    host.ready = [](void* self, std::uint32_t, std::uint64_t, const tenon_str* bound, std::size_t n
                 ) noexcept {
      for (std::size_t i = 0; i < n; ++i)
        static_cast<FakeKernel*>(self)->ready.emplace_back(view(bound[i]));
    };
    host.tend_log = [](void* self, std::uint32_t, std::int64_t* out) noexcept -> tenon_status {
      auto& kernel = *static_cast<FakeKernel*>(self);
      if (kernel.next_log == -1) return TENON_AGAIN;
      kernel.host.log_file = *out = std::exchange(kernel.next_log, -1);
      return TENON_OK;
    };
  }
};

struct Witness final : ControlObserver {
  void ready(std::uint32_t, std::string_view listeners, bool) override {
    seen.emplace_back(listeners);
  }
  void refused(const Outcome& outcome, bool) override { seen.push_back(outcome.text); }
  void stopping() override { seen.emplace_back("stopping"); }
  std::vector<std::string> seen;
};

class ControlUnderTest final : public BasicControl {
 public:
  ControlUnderTest(const tenon_control_host& host, const ControlObservers& observers)
      : BasicControl(host, observers, 43) {}

  void start() { supervisor_.start(monotonic_now_ns()); }
  using BasicControl::cannot_begin;
  using BasicControl::finish;
  using BasicControl::look;
  using BasicControl::take;

  std::optional<Outcome> refusal;
  std::vector<FakeGeneration*> children;  // as long as they live
  std::shared_ptr<FakePlan> plan;

 private:
  Result<std::shared_ptr<Plan>, Outcome> plan_from(const tenon_mpm_config&, const Plan*) override {
    if (refusal) return fail(*refusal);
    plan = std::make_shared<FakePlan>();
    plan->settings.startup_timeout_ns = plan->settings.stop_timeout_ns = 3'600'000'000'000;
    return std::shared_ptr<Plan>(plan);
  }
  Result<std::unique_ptr<SupervisedChild>> start_child(
      const std::shared_ptr<Plan>&, std::uint32_t number, std::uint32_t crashes
  ) override {
    auto child = std::make_unique<FakeGeneration>(child_setup(number, crashes), *plan);
    children.push_back(child.get());
    return std::unique_ptr<SupervisedChild>(std::move(child));
  }
};

class BasicControlTest : public testing::Test {
 protected:
  void serve() {
    control_.start();
    control_.children.back()->ready = true;
    control_.look();
  }
  Outcome ask(Request request) {
    Outcome outcome;
    control_.take({request, [&outcome](const Outcome& reply) { outcome = reply; }});
    return outcome;
  }

  FakeKernel kernel_;
  Witness witness_;
  ControlObservers observers_{&witness_};
  ControlUnderTest control_{kernel_.host, observers_};
};

TEST_F(BasicControlTest, AnnouncesWhereItListens) {
  serve();

  EXPECT_THAT(kernel_.ready, ElementsAre("main=127.0.0.1:80"));
  EXPECT_THAT(witness_.seen, ElementsAre("main=127.0.0.1:80"));
  EXPECT_EQ(control_.children.back()->section().control_pid, 43u);
}

TEST_F(BasicControlTest, GivesANewLogToTheChildThatServes) {
  serve();
  kernel_.next_log = 6;

  control_.look();
  control_.look();

  EXPECT_THAT(control_.children.back()->logs, ElementsAre(6));
}

TEST_F(BasicControlTest, GivesALogThatCameWhileAChildStartedOnceItIsReady) {
  control_.start();
  FakeGeneration& child = *control_.children.back();
  kernel_.next_log = 6;
  control_.look();
  EXPECT_THAT(child.logs, IsEmpty());  // it could not read it yet

  child.ready = true;
  control_.look();

  EXPECT_THAT(child.logs, ElementsAre(6));
}

TEST_F(BasicControlTest, ReopensOnRequest) {
  serve();
  kernel_.next_log = 7;

  EXPECT_EQ(ask(Request::ReopenLogs).text, "the log is open again");

  EXPECT_THAT(control_.children.back()->logs, ElementsAre(7));
}

TEST_F(BasicControlTest, ClosesListenersBeforeAStopDrains) {
  serve();

  control_.take({Request::Interrupt, {}});
  control_.look();

  EXPECT_TRUE(control_.plan->closed);
  EXPECT_THAT(witness_.seen, testing::Contains("stopping"));
}

TEST_F(BasicControlTest, TellsObserversOfARefusedReload) {
  serve();
  control_.refusal = Outcome{kConfig, "tenon.toml:1:1: error: no"};

  Outcome outcome;
  control_.take({Request::Reload, [&outcome](const Outcome& reply) { outcome = reply; }});
  control_.look();

  EXPECT_EQ(outcome.code, kConfig);
  EXPECT_EQ(witness_.seen.back(), "tenon.toml:1:1: error: no");
}

TEST_F(BasicControlTest, StatusTellsOfTheChild) {
  serve();

  EXPECT_THAT(ask(Request::Status).text, HasSubstr("generation 1"));
  EXPECT_THAT(ask(Request::StatusJson).text, HasSubstr("0123456789abcdef"));
}

TEST_F(BasicControlTest, AStopThatCameBeforeTheFirstChildIsDone) {
  control_.refusal = Outcome{kMachine, "127.0.0.1:80 is taken"};
  control_.start();
  Outcome stopped;
  Outcome status;

  std::deque<Asked> rest;
  rest.push_back({Request::Stop, [&stopped](const Outcome& reply) { stopped = reply; }});
  rest.push_back({Request::Status, [&status](const Outcome& reply) { status = reply; }});

  EXPECT_EQ(control_.finish(std::move(rest)), kDone);
  EXPECT_EQ(stopped.code, kDone);
  EXPECT_EQ(status.code, kMachine);
}

TEST_F(BasicControlTest, AServerThatCannotBeginSaysWhy) {
  EXPECT_EQ(control_.cannot_begin(Error{{}, "no socket"}), kMachine);

  EXPECT_THAT(kernel_.reports, ElementsAre("no socket"));
  EXPECT_THAT(witness_.seen, ElementsAre("no socket"));
}

}  // namespace
}  // namespace tenon::mpm
