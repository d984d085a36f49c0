// SPDX-License-Identifier: Apache-2.0
// Somebody else's modules: built outside the repository, from the staged SDK alone.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/process.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

namespace fs = std::filesystem;

constexpr Milliseconds kBuildTime = seconds(120);

// Builds the project in `from`, and gives the folder of its modules.
std::string build(
    const Sandbox& place, const std::string& from, const std::string& target = "all"
) {
  const std::string source = place.path("outside"), out = place.path("outside-build");
  // A copy, so that nothing of the repository can be found by a relative path.
  fs::copy(from, source);
  Command configure{.argv = {"cmake", "-S", source, "-B", out, "-G", "Ninja"}};
  configure.argv.push_back("-DCMAKE_PREFIX_PATH=" + stage() + "/sdk");
  configure.argv.push_back("-DTenon_DIR=" + stage() + "/sdk/cmake");
  configure.argv.push_back("-DCMAKE_BUILD_TYPE=Release");
  if (on_windows())
    configure.argv.push_back(
        "-DCMAKE_TOOLCHAIN_FILE=" + source_root() + "/dist/mingw/toolchain.cmake"
    );
  const CommandResult configured = run(configure, kBuildTime);
  EXPECT_EQ(configured.exit_code, 0) << configured.out << configured.err;
  const CommandResult built =
      run({.argv = {"cmake", "--build", out, "--target", target}}, kBuildTime);
  EXPECT_EQ(built.exit_code, 0) << built.out << built.err;
  return out;
}

std::string module_file(const std::string& folder, const std::string& name) {
  const std::string file = folder + "/mod_" + name + (on_windows() ? ".dll" : ".so");
  EXPECT_TRUE(fs::exists(file)) << file;
  return target_path(file);
}

TEST(OutsideModule, BuiltFromTheStagedSdkIsServed) {
  const Sandbox place;
  const std::string folder = build(place, source_root() + "/tests/integration/outside_module");
  TestConfig config = usual_config();
  config.modules.push_back(module_file(folder, "outside"));
  config.route("/outside", "outside");

  const Served served(config);

  ASSERT_TRUE(served.up());
  const Response answer = get(served.port(), "/outside");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body, "");
}

// The modules that the READMEs show first; examples_test.cpp serves all of them.
TEST(OutsideModule, StagedExamplesAreServed) {
  const Sandbox place;
  const std::string from = stage() + "/sdk/examples";
  TestConfig config = usual_config();
  const std::string folder = build(place, from, "greet_modules");
  for (const char* name : {"greet", "greet_c"}) {
    config.modules.push_back(module_file(folder, name));
    config.route(std::string("/") + name, name);
  }

  const Served served(config);

  ASSERT_TRUE(served.up());
  EXPECT_EQ(get(served.port(), "/greet").body, "Hello, 127.0.0.1!\n");
  const Response in_c = get(served.port(), "/greet_c");
  EXPECT_EQ(in_c.status, 200);
  EXPECT_THAT(in_c.body, testing::StartsWith("Hello"));
}

TEST(StagedSdk, HoldsHeadersPackageAndNothingElse) {
  EXPECT_TRUE(fs::exists(stage() + "/sdk/include/tenon/module.h"));
  EXPECT_TRUE(fs::exists(stage() + "/sdk/include/tenon/mpm.h"));
  EXPECT_TRUE(fs::exists(stage() + "/sdk/cmake/TenonConfig.cmake"));
}

}  // namespace
}  // namespace tenon::support
