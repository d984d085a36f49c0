// SPDX-License-Identifier: Apache-2.0
// Hours of everything at once: load, reloads, crashes, swapped modules, listeners that come and go.
// Runs for as many seconds as TENON_SOAK_SECONDS says (`./dev soak`).
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/load.hpp"
#include "support/mixed_load.hpp"
#include "support/served.hpp"
#include "support/swapped_module.hpp"

namespace tenon::support {
namespace {

constexpr Milliseconds kReloadEvery{5'000};
constexpr int kReloadsPerCrash = 6;  // a crash every 30 s
constexpr int kClients = 6;          // that count, apart from those of the mixed load
constexpr int kMixedClients = 4;
// Before it is measured for the first time: caches and free lists have filled.
constexpr int kWarmUpReloads = 4;

// What one process holds of the system.
struct Footprint {
  size_t files = 0;
  long threads = 0;
  long rss_kib = 0;
};

long status_field(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::atol(line.c_str() + name.size() + 1);
  }
  return -1;
}

size_t entries_of(const std::string& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator all(folder, error);
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

Footprint footprint(pid_t pid) {
  return {
      entries_of("/proc/" + std::to_string(pid) + "/fd"),
      status_field(pid, "Threads"),
      status_field(pid, "VmRSS")};
}

class Soak : public ::testing::Test {
 protected:
  static TestConfig config(bool second_listener) {
    TestConfig config = mixed_config();
    config.modules.push_back("acme/" + swapped_module::file("mod_swapped"));
    config.route("/swapped", "swapped");
    config.mpm += "keepalive_drain = \"2s\"\ncrash_backoff_first = \"1s\"\n";
    if (second_listener) config.listen += ", { name = \"second\", address = \"127.0.0.1:0\" }";
    return config;
  }

  Soak()
      : served_(config(false), [](const Sandbox& sandbox) {
          make_mixed_files(sandbox);
          swapped_module::install(sandbox, "old");
        }) {}

  ServerProcess& server() { return served_.server(); }
  pid_t control_pid() {
    for (const ProcessEntry& process : served_.sandbox().processes()) {
      if (process.pid != server().child_pid()) return process.pid;
    }
    return 0;
  }
  // Another module, another set of listeners.
  void reload() {
    const std::string version = ++reloads_ % 2 ? "new" : "old";
    swapped_module::install(served_.sandbox(), version);
    served_.sandbox().write_config(config(reloads_ % 3 == 0).text());
    const CommandResult result = run_tenon(served_.sandbox(), {"reload"});
    ASSERT_EQ(result.exit_code, 0) << result.err << server().err();
    ++generation_;
    EXPECT_EQ(get(served_.port(), "/swapped").body, swapped_module::answer(version));
  }
  // Only what was under way in the child may fail.
  void crash(const Load& load) {
    const uint64_t before = load.failed();
    ::kill(server().child_pid(), SIGKILL);
    ASSERT_TRUE(server().wait_ready(++generation_)) << server().err();
    ASSERT_TRUE(load.wait_for_more(kClients));
    EXPECT_LE(load.failed() - before, static_cast<uint64_t>(kClients));
    lost_to_crashes_ += load.failed() - before;
    ++crashes_;
  }

  const Served served_;
  int reloads_ = 0;
  int crashes_ = 0;
  uint32_t generation_ = 1;
  uint64_t lost_to_crashes_ = 0;
};

TEST_F(Soak, LosesNothingAndStaysFlat) {
  const char* seconds = std::getenv("TENON_SOAK_SECONDS");
  if (seconds == nullptr) GTEST_SKIP() << "TENON_SOAK_SECONDS is not set";
  ASSERT_TRUE(served_.up());
  const pid_t control = control_pid();
  Load counted(served_.port(), "/hello", kClients - 2, 2);
  MixedLoad mixed(served_.port(), kMixedClients);
  const Deadline over(Milliseconds(1'000 * std::atoll(seconds)));
  Footprint first_control, first_child;

  while (!over.passed() && !HasFailure()) {
    const Deadline next(kReloadEvery);
    if (reloads_ % kReloadsPerCrash == kReloadsPerCrash - 1) crash(counted);
    reload();
    EXPECT_EQ(counted.failed(), lost_to_crashes_) << "beside those of crashed children";
    poll_until([&] { return next.passed(); }, kReloadEvery);
    if (reloads_ != kWarmUpReloads) continue;
    first_control = footprint(control);
    first_child = footprint(server().child_pid());
  }
  const Footprint last_control = footprint(control);
  const Footprint last_child = footprint(server().child_pid());
  counted.end();
  mixed.end();

  std::printf(
      "soak: %d reloads, %d crashes; %llu requests answered, %llu lost, all to crashes; "
      "control %zu -> %zu files, %ld -> %ld threads, %ld -> %ld KiB; child %zu -> %zu files, "
      "%ld -> %ld threads, %ld -> %ld KiB\n",
      reloads_,
      crashes_,
      static_cast<unsigned long long>(counted.answered() + mixed.answered()),
      static_cast<unsigned long long>(counted.failed()),
      first_control.files,
      last_control.files,
      first_control.threads,
      last_control.threads,
      first_control.rss_kib,
      last_control.rss_kib,
      first_child.files,
      last_child.files,
      first_child.threads,
      last_child.threads,
      first_child.rss_kib,
      last_child.rss_kib
  );
  EXPECT_EQ(mixed.wrong(), "");
  EXPECT_EQ(counted.refused(), 0u);
  EXPECT_LE(mixed.failed(), static_cast<uint64_t>(crashes_) * kMixedClients);
  ASSERT_GT(reloads_, kWarmUpReloads) << "too short to say whether anything grows";
  EXPECT_LE(last_control.files, first_control.files + 4) << "a listener more or less";
  EXPECT_LE(last_control.threads, first_control.threads + 2);
  EXPECT_LE(last_control.rss_kib, first_control.rss_kib + first_control.rss_kib / 5 + 2'048);
  EXPECT_LE(last_child.threads, first_child.threads + 2);
  EXPECT_LE(last_child.rss_kib, first_child.rss_kib + first_child.rss_kib / 4 + 4'096);
  EXPECT_LE(entries_of(served_.sandbox().path("run/gen")), 8u) << "copies of modules";
}

}  // namespace
}  // namespace tenon::support
