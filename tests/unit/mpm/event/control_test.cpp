// SPDX-License-Identifier: Apache-2.0
#include "event/control.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <pthread.h>

#include "event/posix.hpp"
#include "tests/unit/mpm/event/program.hpp"
#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kStartupMs = 300;

tenon_status TENON_CALL read_number(const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
  *out = option == kStartupTimeout ? kStartupMs * 1'000'000 : 1;
  return TENON_OK;
}

// The control process' main function in this process; a script stands for the child.
class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    api_.struct_size = sizeof api_;
    api_.i64 = read_number;
    wanted_ = loopback_listener();
    host_.struct_size = sizeof host_;
    host_.context = this;
    host_.cfg = &api_;
    host_.log_file = -1;
    host_.data_root = str(folder_);
    host_.instance = str("0123456789abcdef");
    host_.findings = [](void*) { return str("tenon.toml:1:1: error: bad"); };
    host_.adopt = [](void*) {};
    host_.tend_log = [](void*, std::uint32_t, std::int64_t*) -> tenon_status {
      return TENON_AGAIN;
    };
    host_.read_config = [](void* context, tenon_mpm_config* out) -> tenon_status {
      auto& self = *static_cast<ControlTest*>(context);
      out->n_listeners = 1;
      out->listeners = &self.wanted_;
      return self.config_is_good_ ? TENON_OK : TENON_E_FAIL;
    };
    host_.report = [](void* context, std::int32_t, tenon_str place, tenon_str text) {
      auto& self = *static_cast<ControlTest*>(context);
      self.reports_.push_back(std::string(view(place)) + "|" + std::string(view(text)));
    };
    host_.ready = [](void* context, std::uint32_t, std::uint64_t, const tenon_str*, std::size_t) {
      static_cast<ControlTest*>(context)->reports_.push_back("ready");
    };
  }

  ~ControlTest() override { std::filesystem::remove_all(folder_); }

  std::int32_t run(const std::string& script) {
    host_.executable = str(program_.write(script));
    return control_main(host_);
  }

  static std::string make_folder() {
    std::string pattern = testing::TempDir() + "tenon-data-XXXXXX";
    return ::mkdtemp(pattern.data());
  }

  const std::string folder_ = make_folder();
  Program program_;
  tenon_cfg_api api_{};
  tenon_listener wanted_{};
  tenon_control_host host_{};
  bool config_is_good_ = true;
  std::vector<std::string> reports_;
};

TEST_F(ControlTest, EndsWithTwoWhenTheConfigIsRefused) {
  config_is_good_ = false;

  EXPECT_EQ(run("exit 0"), 2);
  EXPECT_TRUE(reports_.empty());
}

TEST_F(ControlTest, EndsWithOneWhenTheAddressIsTaken) {
  const Result<Listener> holder = open_listener(wanted_, 1);
  ASSERT_TRUE(holder);
  wanted_.port = holder->port;

  EXPECT_EQ(run("exit 0"), 1);
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("tenon.toml:1:1|cannot listen on 127.0.0.1:0")));
}

TEST_F(ControlTest, EndsWithOneWhenTheFirstChildDies) {
  EXPECT_EQ(run("exit 7"), 1);
  EXPECT_THAT(
      reports_,
      ElementsAre(AllOf(
          HasSubstr("|the child did not start: the child ended before it was ready"),
          HasSubstr("ended with exit code 7")
      ))
  );
}

TEST_F(ControlTest, EndsAChildThatIsNeverReady) {
  EXPECT_EQ(run("exec sleep 1000"), 1);
  EXPECT_THAT(
      reports_, ElementsAre(HasSubstr("|the child was not ready within startup_timeout (300 ms)"))
  );
}

TEST_F(ControlTest, EndsWithOneWhenTheProgramIsMissing) {
  host_.executable = str("/nowhere/tenon");

  EXPECT_EQ(control_main(host_), 1);
  EXPECT_THAT(reports_, ElementsAre(HasSubstr("|the child cannot be started: /nowhere/tenon")));
}

TEST_F(ControlTest, StopsWhileAChildIsStarting) {
  const pthread_t self = ::pthread_self();
  std::thread asking = start_thread("asking", [&] {
    poll_until([&] { return !program_.output().empty(); });
    ::pthread_kill(self, SIGTERM);
  });

  EXPECT_EQ(run("echo started >&2; exec sleep 1000"), 0);

  asking.join();
  EXPECT_TRUE(reports_.empty());
}

}  // namespace
}  // namespace tenon::mpm
