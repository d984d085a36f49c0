// SPDX-License-Identifier: Apache-2.0
#include <tenon/abi.h>

#include <gtest/gtest.h>

#include "tests/unit/kernel/config/testing.hpp"

namespace tenon::config {
namespace {

using testing::expect_said;
using testing::parse_text;
using testing::roots;
using testing::with_site;

std::string server(const std::string& lines) {
  return with_site("[server]\n" + lines);
}

TEST(ServerSection, ReadsModulesByNameAndByPath) {
  const auto outcome = parse_text(server("modules = [\"hello\", \"acme/mod_acme.bin\"]"));

  ASSERT_EQ(outcome.text(), "");
  const std::vector<ModuleRef>& modules = outcome.config.modules;
  ASSERT_EQ(modules.size(), 2u);
  EXPECT_TRUE(modules[0].by_name);
  EXPECT_EQ(modules[0].file, roots().program + "/modules/mod_hello" + std::string(kModuleSuffix));
  EXPECT_FALSE(modules[1].by_name);
  EXPECT_EQ(modules[1].file, roots().data + "/acme/mod_acme.bin");
  EXPECT_EQ(modules[1].place.text(), "t.toml:2:21");
}

TEST(ServerSection, ReadsLimitsTimeoutsAndLog) {
  const auto outcome = parse_text(server(
      "limits = { header_bytes = \"16KiB\", header_count = 50, target_bytes = 4096, "
      "body_bytes = \"2GiB\" }\n"
      "timeouts = { header = \"1s\", body = \"2s\", write = \"3s\", keep_alive = \"500ms\" }\n"
      "log = { error = \"logs/../x.log\", level = \"debug\", rotate_size = \"64MiB\", "
      "rotate_every = \"24h\", keep = 3 }\n"
  ));

  ASSERT_EQ(outcome.text(), "");
  const Config& config = outcome.config;
  EXPECT_EQ(config.limits.header_bytes, 16384u);
  EXPECT_EQ(config.limits.header_count, 50u);
  EXPECT_EQ(config.limits.target_bytes, 4096u);
  EXPECT_EQ(config.limits.body_bytes, 2'147'483'648u);
  EXPECT_EQ(config.timeouts.header_ns, 1'000'000'000u);
  EXPECT_EQ(config.timeouts.body_ns, 2'000'000'000u);
  EXPECT_EQ(config.timeouts.write_ns, 3'000'000'000u);
  EXPECT_EQ(config.timeouts.keep_alive_ns, 500'000'000u);
  EXPECT_EQ(config.log.file, roots().data + "/x.log");
  EXPECT_EQ(config.log.level, TENON_LOG_DEBUG);
  EXPECT_EQ(config.log.rotate_size, 64u << 20);
  EXPECT_EQ(config.log.rotate_every_ns, 86'400'000'000'000u);
  EXPECT_EQ(config.log.keep, 3u);
}

TEST(ServerSection, HasTheDefaultsThatTheHeaderStates) {
  const Config config = parse_text(server("")).config;

  EXPECT_EQ(config.limits.header_bytes, Limits().header_bytes);
  EXPECT_EQ(config.limits.header_count, Limits().header_count);
  EXPECT_EQ(config.limits.target_bytes, Limits().target_bytes);
  EXPECT_EQ(config.limits.body_bytes, Limits().body_bytes);
  EXPECT_EQ(config.timeouts.header_ns, Timeouts().header_ns);
  EXPECT_EQ(config.timeouts.body_ns, Timeouts().body_ns);
  EXPECT_EQ(config.timeouts.write_ns, Timeouts().write_ns);
  EXPECT_EQ(config.timeouts.keep_alive_ns, Timeouts().keep_alive_ns);
  EXPECT_EQ(config.log.file, roots().data + "/logs/error.log");
  EXPECT_EQ(config.log.level, TENON_LOG_INFO);
}

TEST(ServerSection, RefusesBadLimits) {
  expect_said({
      {server("limits = 5"), "t.toml:2:10: error: server.limits must be a table, not an integer"},
      {server("limits.header_bytes = 100"),
       "t.toml:2:23: error: server.limits.header_bytes: 100 is below the minimum 1KiB"},
      {server("limits.header_bytes = \"1MiB\""),
       "t.toml:2:23: error: server.limits.header_bytes: 1MiB is above the maximum 128KiB"},
      {server("limits.hedr_bytes = 1"),
       "t.toml:2:8: error: unknown option \"hedr_bytes\" in server.limits; did you mean "
       "\"header_bytes\"?"},
      {server("limits = { header_bytes = \"4KiB\", target_bytes = \"8KiB\" }"),
       "t.toml:2:50: error: server.limits.target_bytes (8KiB) is more than header_bytes (4KiB), "
       "which counts the target too"},
      {server("timeouts.header = 20"),
       "t.toml:2:19: error: server.timeouts.header needs a unit (ms, s, m or h), such as \"30s\""},
      {server("timeouts.header = 0"),
       "t.toml:2:19: error: server.timeouts.header: 0 is below the minimum 1ms"},
      {server("log.level = \"warning\""),
       "t.toml:2:13: error: server.log.level: \"warning\" is not one of debug, info, warn, error; "
       "did you mean \"warn\"?"},
      {server("log.rotate_size = 100"),
       "t.toml:2:19: error: server.log.rotate_size is below 1KiB; write 0 for never"},
      {server("log.rotate_every = \"10ms\""),
       "t.toml:2:20: error: server.log.rotate_every is below 1s; write 0 for never"},
  });
}

TEST(ServerSection, KeepsTheDefaultOfATargetWithinItsHeader) {
  const auto outcome = parse_text(server("limits.header_bytes = \"4KiB\""));

  EXPECT_EQ(outcome.text(), "");
  EXPECT_EQ(outcome.config.limits.target_bytes, 4096u);
}

TEST(ServerSection, RefusesBadMpms) {
  expect_said({
      {server("mpm = \"mpm_winnt\""),
       "t.toml:2:7: error: \"mpm_winnt\" is not the name of an MPM; did you mean \"winnt\"?"},
      {server("mpm = \"../x\""),
       "t.toml:2:7: error: \"../x\" is not the name of an MPM; use small letters, digits and _"},
  });
}

TEST(ServerSection, RefusesBadModules) {
  expect_said({
      {server("modules = \"static\""),
       "t.toml:2:11: error: server.modules must be an array of strings such as [\"static\"], not a "
       "string"},
      {server("modules = [5]"),
       "t.toml:2:12: error: the name of a module must be a string, not an integer"},
      {server("modules = [\"mod_static.so\"]"),
       "t.toml:2:12: error: \"mod_static.so\" is not the name of a module, nor a path with "
       "a '/'; did you mean \"static\"?"},
      {server("modules = [\"server\"]"),
       "t.toml:2:12: error: \"server\" is not the name of a module, nor a path with a '/'; use "
       "small letters, digits and _"},
      {server("modules = [\"a\", \"a\"]"),
       "t.toml:2:17: error: the module \"a\" is listed twice; the first is at t.toml:2:12"},
      {server("modules = [\"a/b\\u0000\"]"),
       "t.toml:2:12: error: the path \"a/b\\x00\" has a control character"},
  });
}

TEST(ServerSection, RefusesUnknownKeys) {
  expect_said({
      {server("Listen = 80"),
       "t.toml:2:1: error: unknown option \"Listen\" in [server]; did you mean \"listen\"?"},
      {server("LoadModule = 1"),
       "t.toml:2:1: error: unknown option \"LoadModule\" in [server]; write modules in [server], "
       "such as modules = [\"static\"]"},
      {server("path = 1"),
       "t.toml:2:1: error: \"path\" belongs in a [[site.route]], not in [server]"},
      {server("static = {}"),
       "t.toml:2:1: error: unknown option \"static\" in [server]; there is: mpm, listen, modules, "
       "limits, timeouts, log"},
  });
}

}  // namespace
}  // namespace tenon::config
