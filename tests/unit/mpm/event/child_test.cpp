// SPDX-License-Identifier: Apache-2.0
#include "event/child.hpp"

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event/control_channel.hpp"
#include "event/process.hpp"
#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::uint32_t kThreads = 2;

// The values of every option, without a configuration.
tenon_status TENON_CALL read_number(const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  switch (option) {
    case kIoThreads:
    case kThreadsPerChild:
      *out = kThreads;
      return TENON_OK;
    case kGracefulTimeout:
    case kStopTimeout:
    case kStartupTimeout:
      *out = 2 * kSecond;
      return TENON_OK;
    case kKeepaliveDrain:
      *out = 0;
      return TENON_OK;
    default:
      *out = 100;
      return TENON_OK;
  }
}

// A child's main function on a thread of this process, and the control process' end of its pipes.
class ChildTest : public testing::Test {
 protected:
  ChildTest() {
    api_.struct_size = sizeof api_;
    api_.i64 = read_number;
    wanted_ = loopback_listener();
    listener_ = std::move(*open_listener(wanted_, 16));
    tenon_child_host& host = kernel_.host();
    host.context = this;
    host.cfg = &api_;
    host.configure = [](void* context, const tenon_child_start* start, tenon_mpm_config* out) {
      return static_cast<ChildTest*>(context)->configure(*start, *out);
    };
    host.wanted = [](void* context, tenon_buf* out) {
      *out = buf(static_cast<ChildTest*>(context)->wants_);
      return tenon_status{TENON_OK};
    };
    host.load = [](void* context, const tenon_child_load* load) {
      return static_cast<ChildTest*>(context)->load(*load);
    };
    host.diagnostics = [](void*) { return str("tenon.toml:1:1: error: no"); };
    host.unload = [](void* context) { static_cast<ChildTest*>(context)->kernel_.note("unload"); };
    host.report = [](void* context, std::int32_t, tenon_str text) {
      static_cast<ChildTest*>(context)->kernel_.note("report: " + std::string(view(text)));
    };
  }
  ~ChildTest() override {
    if (channel_) channel_->close_input();
    if (child_.joinable()) child_.join();
    channel_.reset();
  }

  tenon_status configure(const tenon_child_start& start, tenon_mpm_config& out) {
    kernel_.note("configure " + std::string(view(start.snapshot)));
    out.n_listeners = 1;
    out.listeners = &wanted_;
    return configures_ ? TENON_OK : TENON_E_FAIL;
  }
  tenon_status load(const tenon_child_load& load) {
    const std::string full(view(load.snapshot));
    kernel_.note("load " + std::to_string(load.section->generation) + full);
    return loads_ ? TENON_OK : TENON_E_FAIL;
  }

  static std::pair<UniqueFd, UniqueFd> make_socket_pair() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    return {UniqueFd(fds[0]), UniqueFd(fds[1])};
  }
  static std::pair<UniqueFd, UniqueFd> make_pipe() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
    return {UniqueFd(fds[0]), UniqueFd(fds[1])};
  }
  // The child takes the section's descriptor as its own.
  std::uint64_t section_for_child() {
    const SectionShape shape{7, kThreads, kThreads, 1};
    section_bytes_ = section_bytes(shape);
    UniqueFd section = std::move(*make_section(section_bytes_));
    mapping_ = std::move(*Mapping::map(section.get(), section_bytes_));
    create_section(mapping_.get(), shape);
    return static_cast<std::uint64_t>(section.release());
  }
  void start(std::vector<Message> messages) {
    auto [child_in, to_child] = make_socket_pair();
    auto [from_child, child_out] = make_pipe();
    channel_ = std::make_unique<ControlChannel>(
        std::move(to_child),
        std::move(from_child),
        std::move(messages),
        [this](std::string_view wanted) -> Result<std::string> {
          if (!gives_) return fail(Error{{}, "no"});
          return " with " + std::string(wanted);
        }
    );
    const std::string in = std::to_string(child_in.release());
    const std::string out = std::to_string(child_out.release());
    child_ = std::thread([this, in, out] {
      code_ = child_main(kernel_.host(), in.c_str(), out.c_str());
    });
    channel_->start();
    wait_any(std::array{channel_->decided()}, 20'000);
  }
  void start() {
    std::vector<Message> messages;
    messages.push_back(SnapshotMessage{"the snapshot"});
    messages.push_back(GenerationMessage{7});
    messages.push_back(SectionMessage{section_for_child(), section_bytes_});
    messages.push_back(ListenerMessage{0, share_listener(::dup(listener_.socket.get()))});
    messages.push_back(StartMessage{});
    start(std::move(messages));
  }
  std::int32_t end() {
    child_.join();
    return code_;
  }

  FakeKernel kernel_;
  std::string wants_;
  bool gives_ = true;
  tenon_cfg_api api_{};
  tenon_listener wanted_{};
  Listener listener_;
  Mapping mapping_;
  std::size_t section_bytes_ = 0;
  bool configures_ = true;
  bool loads_ = true;
  std::unique_ptr<ControlChannel> channel_;
  std::thread child_;
  std::int32_t code_ = -1;
};

TEST_F(ChildTest, BecomesReadyAndDrains) {
  start();
  ASSERT_EQ(channel_->state(), ControlHandshake::State::Ready) << channel_->why();

  ASSERT_TRUE(channel_->drain(DrainMessage{DrainMode::Stop, 1'000'000'000}));

  EXPECT_EQ(end(), 0);
  EXPECT_THAT(kernel_.events(), testing::ElementsAre("configure the snapshot", "load 7", "unload"));
}

TEST_F(ChildTest, LoadsWithTheFilesThatItWants) {
  wants_ = "a file";
  start();
  ASSERT_EQ(channel_->state(), ControlHandshake::State::Ready) << channel_->why();
  ASSERT_TRUE(channel_->drain(DrainMessage{DrainMode::Stop, 1'000'000'000}));

  EXPECT_EQ(end(), 0);
  EXPECT_THAT(
      kernel_.events(),
      testing::ElementsAre("configure the snapshot", "load 7 with a file", "unload")
  );
}

TEST_F(ChildTest, EndsWithoutTheFilesThatItWants) {
  wants_ = "a file";
  gives_ = false;
  start();

  EXPECT_EQ(channel_->state(), ControlHandshake::State::Broken);
  EXPECT_EQ(channel_->why(), "no");
  channel_->close_input();
  EXPECT_NE(end(), 0);
  EXPECT_THAT(kernel_.events(), testing::ElementsAre("configure the snapshot"));
}

TEST_F(ChildTest, DrainsWhenTheControlProcessIsGone) {
  start();
  ASSERT_EQ(channel_->state(), ControlHandshake::State::Ready) << channel_->why();

  channel_->close_input();

  EXPECT_EQ(end(), 0);
  EXPECT_THAT(kernel_.events(), Contains(HasSubstr("the control process is gone")));
  EXPECT_EQ(kernel_.count("unload"), 1u);
}

TEST_F(ChildTest, RefusesWhatTheKernelCannotConfigure) {
  configures_ = false;
  start();

  EXPECT_EQ(channel_->state(), ControlHandshake::State::Refused);
  EXPECT_EQ(channel_->why(), "tenon.toml:1:1: error: no");
  EXPECT_EQ(end(), 2);
  EXPECT_EQ(kernel_.count("load"), 0u);
}

TEST_F(ChildTest, RefusesWhatTheKernelCannotLoad) {
  loads_ = false;
  start();

  EXPECT_EQ(channel_->state(), ControlHandshake::State::Refused);
  EXPECT_EQ(channel_->why(), "tenon.toml:1:1: error: no");
  EXPECT_EQ(end(), 2);
  EXPECT_EQ(kernel_.count("unload"), 0u);
}

TEST_F(ChildTest, RefusesAListenerThatIsNone) {
  std::vector<Message> messages;
  messages.push_back(SnapshotMessage{"the snapshot"});
  messages.push_back(GenerationMessage{7});
  messages.push_back(SectionMessage{section_for_child(), section_bytes_});
  messages.push_back(ListenerMessage{0, "no number"});
  messages.push_back(StartMessage{});
  start(std::move(messages));

  EXPECT_EQ(channel_->state(), ControlHandshake::State::Refused);
  EXPECT_THAT(channel_->why(), HasSubstr("LISTENER"));
  EXPECT_EQ(end(), 1);
}

TEST_F(ChildTest, RefusesASectionOfAnotherShape) {
  std::vector<Message> messages;
  messages.push_back(SnapshotMessage{"the snapshot"});
  messages.push_back(GenerationMessage{7});
  messages.push_back(SectionMessage{section_for_child(), 64});
  messages.push_back(StartMessage{});
  start(std::move(messages));

  EXPECT_EQ(channel_->state(), ControlHandshake::State::Refused);
  EXPECT_EQ(end(), 1);
}

TEST_F(ChildTest, RefusesNumbersThatAreNone) {
  EXPECT_EQ(child_main(kernel_.host(), "x", "12x"), 1);
  EXPECT_EQ(child_main(kernel_.host(), "", ""), 1);
}

}  // namespace
}  // namespace tenon::mpm
