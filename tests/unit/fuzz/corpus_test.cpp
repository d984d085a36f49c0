// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/places.hpp"

// Every input that a fuzzer ever stumbled over, and those it begins with, on every platform.
namespace tenon::fuzz {
namespace {

struct Target {
  const char* name;
  void (*run)(std::string_view input);
};
void PrintTo(const Target& target, std::ostream* out) {
  *out << target.name;
}

#define TENON_FUZZ_ENTRY(name) {#name, name},
constexpr Target kTargets[] = {TENON_FUZZ_TARGETS(TENON_FUZZ_ENTRY)};
#undef TENON_FUZZ_ENTRY

class FuzzCorpus : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzCorpus, HoldsNoFinding) {
  const auto folder =
      std::filesystem::path(source_folder()) / "tests" / "fuzz" / "corpus" / GetParam().name;
  size_t n_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(file), {}};
    name_input(entry.path().generic_string());
    GetParam().run(input);  // Aborts, and names the file.
    ++n_files;
  }
  EXPECT_GT(n_files, 0u) << folder;
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus, ::testing::ValuesIn(kTargets), [](const auto& info) {
  return std::string(info.param.name);
});

}  // namespace
}  // namespace tenon::fuzz
