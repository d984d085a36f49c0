// SPDX-License-Identifier: Apache-2.0
// Every N-th system call and grant of memory of one kind fails (tests/faults), under a mixed load.
// The server gets through it, and then it is as it was.
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/mixed_load.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

struct Kind {
  std::string point;
  uint32_t error;  // of the target's system; NTSTATUS for `complete`
  uint32_t count = 12;
};

// errno, by number: the server's system may be another one.
const std::vector<Kind>& linux_kinds() {
  static const std::vector<Kind> kinds = {
      {"accept", 103},    // ECONNABORTED
      {"accept", 24, 3},  // EMFILE, which pauses
      {"recv", 104},      // ECONNRESET
      {"recv", 11},       // EAGAIN
      {"send", 32},       // EPIPE
      {"send", 11},       // EAGAIN
      {"sendfile", 5},    // EIO
      {"sendfile", 11},   // EAGAIN
      {"read", 5},        // EIO
      {"wait", 4},        // EINTR
      {"wait", 12},       // ENOMEM
      {"watch", 12},      // ENOMEM
      {"post", 4},        // EINTR
      {"open", 24},       // EMFILE
      {"content", 5},     // EIO
      {"buffer", 12},
      {"arena", 12}};
  return kinds;
}

const std::vector<Kind>& windows_kinds() {
  static const std::vector<Kind> kinds = {
      {without_accept_ex() ? "accept" : "acceptex", 64},  // ERROR_NETNAME_DELETED
      {"recv", 10054},                                    // WSAECONNRESET
      {"recv", 10055},                                    // WSAENOBUFS
      {"send", 10054},                                    // WSAECONNRESET
      {"read", 1450},                                     // ERROR_NO_SYSTEM_RESOURCES
      {"complete", 3221225997u},                          // STATUS_CONNECTION_RESET
      {"wait", 1450},                                     // ERROR_NO_SYSTEM_RESOURCES
      {"watch", 8},                                       // ERROR_NOT_ENOUGH_MEMORY
      {"post", 8},                                        // ERROR_NOT_ENOUGH_MEMORY
      {"open", 4},                                        // ERROR_TOO_MANY_OPEN_FILES
      {"content", 1117},                                  // ERROR_IO_DEVICE
      {"buffer", 8},
      {"arena", 8}};
  return kinds;
}

struct Plan {
  std::string name;
  std::string text;                 // for TENON_FAULTS
  std::vector<std::string> points;  // whose faults must all have happened
};

void PrintTo(const Plan& plan, std::ostream* out) {
  *out << plan.text;
}

std::string rule(const Kind& kind, uint32_t every) {
  return kind.point + ":every=" + std::to_string(every) + ",count=" + std::to_string(kind.count) +
         ",error=" + std::to_string(kind.error);
}

// Each kind by itself, then all of them at once. TENON_TEST_FAULTS=all: with many numbers.
std::vector<Plan> plans() {
  const char* const wanted = std::getenv("TENON_TEST_FAULTS");
  std::vector<uint32_t> steps = {2};
  if (wanted != nullptr && std::string_view(wanted) == "all") steps = {1, 2, 3, 5, 7, 11};
  const std::vector<Kind>& kinds = on_windows() ? windows_kinds() : linux_kinds();
  std::vector<Plan> plans;
  for (const uint32_t every : steps) {
    Plan all{"all_" + std::to_string(every), "", {}};
    for (const Kind& kind : kinds) {
      const std::string name =
          kind.point + "_" + std::to_string(kind.error) + "_" + std::to_string(every);
      plans.push_back({name, rule(kind, every), {kind.point}});
      all.text += rule(kind, every * 3 + 1) + ";";
      if (all.points.empty() || all.points.back() != kind.point) all.points.push_back(kind.point);
    }
    plans.push_back(all);
  }
  return plans;
}

class Faults : public ::testing::TestWithParam<Plan> {
 protected:
  void SetUp() override {
    const bool staged = ::access(program(stage_faults()).c_str(), R_OK) == 0;
    if (sanitized() && !staged) GTEST_SKIP() << "not built with a sanitizer unless asked for";
    ASSERT_TRUE(staged) << "./dev build makes " << stage_faults();
    make_mixed_files(sandbox_);
    sandbox_.write_config(mixed_config().text());
    server_ = std::make_unique<ServerProcess>(sandbox_, ServerProcess::Faults{GetParam().text});
    ASSERT_TRUE(server_->wait_ready()) << server_->err();
    child_ = server_->child_pid();
  }
  void TearDown() override {
    if (!server_) return;
    EXPECT_TRUE(server_->stop()) << server_->err();
    EXPECT_EQ(server_->control().exit_code(), 0) << server_->err();
    expect_nothing_left(sandbox_, {server_->port()});
  }

  bool is_over() const {
    const std::string said = server_->err();
    for (const std::string& point : GetParam().points) {
      if (said.find("tenon: faults: " + point + " is over") == std::string::npos) return false;
    }
    return true;
  }
  // Of the child; under Wine its files are the Wine server's.
  size_t open_files() const {
    if (on_windows()) return 0;
    std::error_code error;
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(child_) + "/fd", error);
    return static_cast<size_t>(std::distance(begin(all), end(all)));
  }

  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
  pid_t child_ = 0;
};

TEST_P(Faults, LeaveTheServerAsItWas) {
  const size_t files = open_files();
  {
    MixedLoad load(server_->port(), 3);
    EXPECT_TRUE(poll_until([&] { return is_over() || !is_alive(child_); })) << server_->err();
    load.end();
    EXPECT_EQ(load.wrong(), "");
  }

  EXPECT_EQ(server_->child_pid(), child_) << server_->err();
  EXPECT_EQ(MixedLoad::ask_for_all(server_->port()), "");
  EXPECT_TRUE(poll_until([&] { return is_idle(server_->port()); })) << status_of(server_->port());
  EXPECT_TRUE(poll_until([&] { return open_files() <= files; })) << open_files() << " > " << files;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Faults, ::testing::ValuesIn(plans()), [](const auto& info) {
  return info.param.name;
});

}  // namespace
}  // namespace tenon::support
