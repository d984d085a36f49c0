// SPDX-License-Identifier: Apache-2.0
#include "event/control.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <pthread.h>
#include <unistd.h>

#include "event/options.hpp"
#include "event/posix.hpp"
#include "tests/unit/mpm/event/program.hpp"
#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kEnoughNs = 20'000'000'000;  // not warned of
std::int64_t startup_timeout_ns = kEnoughNs;
std::int64_t bind_timeout_ns = kEnoughNs;
std::string_view the_user;
std::string finding;

tenon_status TENON_CALL read_number(const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
  *out = option == kStartupTimeout ? startup_timeout_ns : 1;
  if (option == kBindTimeout) *out = bind_timeout_ns;
  return TENON_OK;
}

// The control process' main function in this process; a script stands for the child.
class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    startup_timeout_ns = kEnoughNs;
    api_.struct_size = sizeof api_;
    api_.i64 = read_number;
    api_.str = [](const tenon_cfg*, std::uint32_t option, tenon_str* out) -> tenon_status {
      *out = str(option == kUser ? the_user : "");
      return TENON_OK;
    };
    api_.diag = [](const tenon_cfg*, std::uint32_t option, std::int32_t, tenon_str text) {
      finding = std::to_string(option) + "|" + std::string(view(text));
    };
    wanted_ = loopback_listener();
    host_.struct_size = sizeof host_;
    host_.context = this;
    host_.cfg = &api_;
    host_.log_file = -1;
    host_.data_root = str(folder_);
    host_.instance = str("0123456789abcdef");
    host_.findings = [](void*) { return str(finding); };
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
      if (self.on_report_) self.on_report_();
    };
    host_.ready = [](void* context, std::uint32_t, std::uint64_t, const tenon_str*, std::size_t) {
      static_cast<ControlTest*>(context)->reports_.push_back("ready");
    };
  }

  ~ControlTest() override {
    bind_timeout_ns = kEnoughNs;
    the_user = {};
    std::filesystem::remove_all(folder_);
  }

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
  std::function<void()> on_report_;
};

TEST_F(ControlTest, EndsWithTwoWhenTheConfigIsRefused) {
  config_is_good_ = false;

  EXPECT_EQ(run("exit 0"), 2);
  EXPECT_TRUE(reports_.empty());
}

TEST_F(ControlTest, EndsWithTwoWhenTheUserIsUnknown) {
  the_user = "nobody-of-this-name";

  EXPECT_EQ(run("exit 0"), 2);
  EXPECT_EQ(
      finding.substr(0, finding.find(';')),
      std::to_string(kUser) + "|mpm.event.user: this machine has no user \"nobody-of-this-name\""
  );
}

TEST_F(ControlTest, EndsWithOneWhenTheAddressIsTaken) {
  const Result<Listener> holder = open_listener(wanted_, 1);
  ASSERT_TRUE(holder);
  wanted_.port = holder->port;
  bind_timeout_ns = 0;

  EXPECT_EQ(run("exit 0"), 1);
  EXPECT_THAT(
      reports_,
      ElementsAre(
          HasSubstr("|the MPM's bind_timeout is less"),
          AllOf(
              HasSubstr("tenon.toml:1:1|cannot listen on 127.0.0.1:0"),
              HasSubstr("Address already in use by process " + std::to_string(::getpid()))
          )
      )
  );
}

TEST_F(ControlTest, WaitsForAnAddressThatIsTaken) {
  Result<Listener> holder = open_listener(wanted_, 1);
  ASSERT_TRUE(holder);
  wanted_.port = holder->port;
  on_report_ = [&] { holder->socket.reset(); };

  EXPECT_EQ(run("exit 7"), 1);
  EXPECT_THAT(
      reports_, ElementsAre(HasSubstr("trying again for 20000 ms"), HasSubstr("exit code 7"))
  );
}

TEST_F(ControlTest, StopsWhileAnAddressIsTaken) {
  const Result<Listener> holder = open_listener(wanted_, 1);
  ASSERT_TRUE(holder);
  wanted_.port = holder->port;
  on_report_ = [] { ::raise(SIGTERM); };

  EXPECT_EQ(run("exit 7"), 0);
  EXPECT_THAT(
      reports_, ElementsAre(HasSubstr("trying again"), HasSubstr("Address already in use"))
  );
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
  startup_timeout_ns = 300'000'000;
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
