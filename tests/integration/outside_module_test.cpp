// SPDX-License-Identifier: Apache-2.0
// Somebody else's module: built outside the repository, from the staged SDK alone.
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

std::string build(const Sandbox& place) {
  const std::string source = place.path("outside"), out = place.path("outside-build");
  // A copy, so that nothing of the repository can be found by a relative path.
  fs::copy(source_root() + "/tests/integration/outside_module", source);
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
  const CommandResult built = run({.argv = {"cmake", "--build", out}}, kBuildTime);
  EXPECT_EQ(built.exit_code, 0) << built.out << built.err;
  return out + "/mod_outside" + (on_windows() ? ".dll" : ".so");
}

TEST(OutsideModule, BuiltFromTheStagedSdkIsServed) {
  const Sandbox place;
  const std::string module = build(place);
  ASSERT_TRUE(fs::exists(module)) << module;
  TestConfig config = usual_config();
  config.modules.push_back(target_path(module));
  config.route("/outside", "outside");

  const Served served(config);

  ASSERT_TRUE(served.up());
  const Response answer = get(served.port(), "/outside");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body, "");
}

TEST(StagedSdk, HoldsHeadersPackageAndNothingElse) {
  EXPECT_TRUE(fs::exists(stage() + "/sdk/include/tenon/module.h"));
  EXPECT_TRUE(fs::exists(stage() + "/sdk/include/tenon/mpm.h"));
  EXPECT_TRUE(fs::exists(stage() + "/sdk/cmake/TenonConfig.cmake"));
}

}  // namespace
}  // namespace tenon::support
