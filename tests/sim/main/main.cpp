// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/sim/judge.hpp"
#include "tests/sim/main/allocations.hpp"
#include "tests/sim/main/crash.hpp"

// Plays seeded worlds: see README.md.
namespace tenon::sim {
namespace {

struct Options {
  std::string program;
  uint64_t first = 1;
  uint64_t seeds = 10'000;
  bool trace = false;
  bool bad = false;
};

bool take_number(std::string_view argument, std::string_view name, uint64_t& out) {
  if (!argument.starts_with(name)) return false;
  const char* const end = argument.data() + argument.size();
  return std::from_chars(argument.data() + name.size(), end, out).ptr == end;
}

Options parse(int argc, char** argv) {
  Options options;
  options.program = argv[0];
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (take_number(argument, "--seed=", options.first)) {
      options.seeds = 1;
    } else if (argument == "--trace") {
      options.trace = true;
    } else {
      options.bad |= !take_number(argument, "--seeds=", options.seeds) &&
                     !take_number(argument, "--first=", options.first);
    }
  }
  return options;
}

Options options;

bool play(uint64_t seed) {
  const std::string repeat = options.program + " --seed=" + std::to_string(seed) + " --trace";
  announce(repeat);
  const int64_t before = live_allocations();
  std::vector<std::string> failures = play_seed(seed, options.trace);
  const bool failed = !failures.empty();
  for (const std::string& failure : failures) {
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), failure.c_str());
  }
  failures = {};
  const int64_t leaked = live_allocations() - before;
  if (!failed && leaked != 0)
    std::printf(
        "seed %llu: %lld allocations are left\n",
        static_cast<unsigned long long>(seed),
        static_cast<long long>(leaked)
    );
  if (!failed && leaked == 0) return true;
  std::printf("repeat it: %s\n", repeat.c_str());
  return false;
}

TEST(Sim, EveryWorldEndsWell) {
  play_seed(0, false);  // What is allocated once and for all is no leak.
  constexpr size_t kFailuresShown = 5;
  size_t failed = 0;
  for (uint64_t i = 0; i < options.seeds && failed < kFailuresShown; ++i) {
    if (!play(options.first + i)) ++failed;
  }
  EXPECT_EQ(failed, 0u);
}

}  // namespace
}  // namespace tenon::sim

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  tenon::sim::options = tenon::sim::parse(argc, argv);
  if (tenon::sim::options.bad) {
    std::fputs("Usage: sim_tests [--seeds=N] [--first=N] | --seed=N [--trace]\n", stderr);
    return 2;
  }
  tenon::sim::name_seed_of_crashes();
  return RUN_ALL_TESTS();
}
