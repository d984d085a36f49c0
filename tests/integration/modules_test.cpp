// SPDX-License-Identifier: Apache-2.0
// Modules that cannot be used: one sentence with the place, exit code 2, no process left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

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

}  // namespace
}  // namespace tenon::support
