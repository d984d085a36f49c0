// SPDX-License-Identifier: Apache-2.0
// Modules that cannot be used: one sentence with the place, exit code 2, no process left.
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"
#include "support/swapped_module.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;

struct Fault {
  std::vector<const char*> modules;
  const char* sentence;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.modules.back();
}

class FaultyModule : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultyModule, IsRefusedWithASentence) {
  const Sandbox sandbox;
  TestConfig config;
  for (const char* name : GetParam().modules) {
    config.modules.push_back(target_path(test_module(name)));
    config.route("/" + std::string(name), name);
  }
  sandbox.write_config(config.text());

  const CommandResult result = run_tenon(sandbox, {});

  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr(GetParam().sentence));
  EXPECT_THAT(result.err, HasSubstr("config/tenon.toml:"));
  expect_nothing_left(sandbox, {});
}

// The sentences are tested word by word with the loader; here they must reach the operator.
const Fault kFaults[] = {
    {{"not_a_module"}, "it exports no tenon_module_v0, so it is not a Tenon module"},
    {{"later_major"}, "it was built for major version 1 of the module ABI"},
    {{"mpm_instead"}, "it is an MPM, not a module"},
    {{"wrong_magic"}, "its magic number is wrong"},
    {{"wrong_major"}, "it was built for ABI "},
    {{"wrong_minor"}, "it was built for ABI "},
    {{"short_struct"}, "rebuild it with this server's SDK"},
    {{"returns_nothing"}, "returned nothing and gave no reason"},
    {{"refuses"}, "it refuses to run: it runs on Tuesdays only"},
    {{"load_fails"}, "the licence has expired"},
    {{"create_fails"}, "the database is away"},
    {{"bad_name"}, "its name "},
    {{"bad_id"}, "its id "},
    {{"bad_hook"}, "its hook 1 is wrong"},
    {{"bad_option_table"}, "its option table is wrong"},
    {{"needs_unknown"}, "which this server does not offer"},
    {{"needs_service"}, "which no loaded module offers; load the module that does"},
    {{"offers", "offers_too"}, "is offered by module \"offers\" too"},
    {{"circle_a", "circle_b"}, "these wait for services too: \"circle_a\""},
    {{"missing_dependency"}, "vanished"},
    {{"healthy", "duplicate_id"}, "its id \"org.tenon.tests.healthy\" is that of "},
    {{"cycle_a", "cycle_b"}, "org.tenon.tests.cycle_b"},
};

INSTANTIATE_TEST_SUITE_P(All, FaultyModule, ::testing::ValuesIn(kFaults), [](const auto& fault) {
  return std::string(fault.param.modules.back());
});

TEST(FaultyModules, AreAllShownAtOnce) {
  const Sandbox sandbox;
  TestConfig config;
  for (const char* name : {"refuses", "load_fails"})
    config.modules.push_back(target_path(test_module(name)));
  sandbox.write_config(config.text());

  const CommandResult result = run_tenon(sandbox, {"check"});

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("Tuesdays"));
  EXPECT_THAT(result.err, HasSubstr("licence"));
}

TEST(FaultyModules, HandlerThatDeclinesIs404) {
  TestConfig config;
  config.modules.push_back(target_path(test_module("healthy")));
  config.route("/healthy", "healthy");
  const Served served(config);
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/healthy").status, 404);
}

// A module of the operator's own below the data root, with a library beside it.
class SwappedModule : public ::testing::Test {
 protected:
  static TestConfig config() {
    TestConfig config;
    config.modules = {"static", "acme/" + swapped_module::file("mod_swapped")};
    return config.route("/swapped", "swapped");
  }
};

TEST_F(SwappedModule, ServesOnWhenItsFilesAreOverwritten) {
  const Served served(config(), [](const Sandbox& sandbox) {
    swapped_module::install(sandbox, "old");
  });
  ASSERT_TRUE(served.up());
  const std::string old = "module old, part old";
  EXPECT_EQ(get(served.port(), "/swapped").body, old);

  swapped_module::half_write(served.sandbox(), "new");
  EXPECT_EQ(get(served.port(), "/swapped").body, old);
  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  EXPECT_EQ(get(served.port(), "/swapped").body, old);

  swapped_module::install(served.sandbox(), "new");
  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(3)) << served.server().err();
  EXPECT_EQ(get(served.port(), "/swapped").body, old);
}

TEST_F(SwappedModule, IsTheNewOneAfterARestart) {
  const Sandbox sandbox;
  for (const std::string version : {"old", "new"}) {
    swapped_module::install(sandbox, version);
    const auto server = ServerProcess::start(sandbox, config().text());
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(get(server->port(), "/swapped").body, "module " + version + ", part " + version);
    EXPECT_TRUE(server->stop());
  }
  expect_nothing_left(sandbox, {});
}

TEST_F(SwappedModule, IsTheNewOneAfterAReload) {
  const Served served(config(), [](const Sandbox& sandbox) {
    swapped_module::install(sandbox, "old");
  });
  ASSERT_TRUE(served.up());
  HttpConnection open(served.port());
  ASSERT_EQ(open.request("GET", "/swapped").body, "module old, part old");
  swapped_module::half_write(served.sandbox(), "new");
  EXPECT_EQ(run_tenon(served.sandbox(), {"reload"}).exit_code, 2);
  EXPECT_EQ(get(served.port(), "/swapped").body, "module old, part old");
  swapped_module::install(served.sandbox(), "new");

  const CommandResult result = run_tenon(served.sandbox(), {"reload"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(get(served.port(), "/swapped").body, "module new, part new");
  EXPECT_EQ(open.request("GET", "/swapped").body, "module old, part old")
      << "what was open is served by the old code";
}

TEST_F(SwappedModule, IsRefusedWhileItIsHalfWritten) {
  const Sandbox sandbox;
  swapped_module::half_write(sandbox, "old");
  sandbox.write_config(config().text());

  const CommandResult result = run_tenon(sandbox, {});

  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("config/tenon.toml:3:"));
  EXPECT_THAT(result.err, HasSubstr("it is being written; try again when it is complete"));
  expect_nothing_left(sandbox, {});
}

TEST_F(SwappedModule, NeedsAFolderForItsCopy) {
  const Sandbox sandbox;
  swapped_module::install(sandbox, "old");
  sandbox.write("run/gen", "a file where a folder should be");
  sandbox.write_config(config().text());

  const CommandResult result = run_tenon(sandbox, {});

  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("cannot copy the modules to run/gen in the data root"));
  expect_nothing_left(sandbox, {});
}

}  // namespace
}  // namespace tenon::support
