// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/compiler.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::module {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// A configuration that loads modules of tests/faulty by their paths, compiled.
class Compiled {
 public:
  Compiled(const std::vector<std::string>& modules, const std::string& sites, Purpose purpose)
      : registry_(services_) {
    log.configure({.file = -1, .to_stderr = true, .level = TENON_LOG_WARN});
    services_.log = &log;
    std::string list;
    for (const std::string& name : modules) {
      list += (list.empty() ? "\"" : ", \"") + faulty_file(name) + "\"";
    }
    const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
    const config::Snapshot snapshot{
        .roots = {.program = folder, .data = folder},
        .files = {{"tenon.toml", "[server]\nmodules = [" + list + "]\n" + sites}}};
    const config::Config config = config::parse(snapshot, findings);
    if (findings.has_errors()) return;
    registry_.load(config.modules, findings);
    if (!findings.has_errors()) {
      sites_ = compile(config, registry_, purpose, instances_, findings);
    }
  }
  explicit Compiled(const std::string& sites)
      : Compiled({"sample", "healthy"}, sites, Purpose::Serve) {}

  std::string text() const { return findings.text(); }
  const std::vector<route::HookCall>& hooks(size_t route, int32_t phase) const {
    return sites_.at(0).routes.at(route).plan.hooks(phase);
  }
  void destroy() { instances_.destroy(); }

  Log log;
  Diagnostics findings;

 private:
  Services services_;
  Registry registry_;
  Instances instances_;
  std::vector<route::Site> sites_;
};

std::string spoken_by(const route::HookCall& call) {
  return static_cast<const char*>(call.instance);
}

TEST(Compiler, AttachesTheHandlerThatTheRouteNames) {
  const Compiled compiled("[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"healthy\"\n");

  EXPECT_EQ(compiled.text(), "");
  ASSERT_EQ(compiled.hooks(0, TENON_PH_HANDLER).size(), 1u);
  EXPECT_STREQ(compiled.hooks(0, TENON_PH_HANDLER)[0].module, "healthy");
  EXPECT_TRUE(compiled.hooks(0, TENON_PH_ACCESS).empty());
}

TEST(Compiler, AttachesOtherHooksWhereTheModuleHasATable) {
  const Compiled compiled(
      "[[site]]\n"
      "[[site.route]]\npath = \"/a\"\nhandler = \"healthy\"\nsample.secret = \"s\"\n"
      "[[site.route]]\npath = \"/b\"\nhandler = \"healthy\"\n"
  );

  EXPECT_EQ(compiled.text(), "");
  ASSERT_EQ(compiled.hooks(0, TENON_PH_ACCESS).size(), 1u);
  EXPECT_EQ(compiled.hooks(0, TENON_PH_HANDLER).size(), 1u);
  EXPECT_TRUE(compiled.hooks(1, TENON_PH_ACCESS).empty());
}

TEST(Compiler, SwitchesAModuleOff) {
  const Compiled compiled(
      "[sample]\nsecret = \"s\"\n"
      "[[site]]\n"
      "[[site.route]]\npath = \"/a\"\nhandler = \"healthy\"\n"
      "[[site.route]]\npath = \"/b\"\nhandler = \"healthy\"\nsample = false\n"
  );

  EXPECT_EQ(compiled.text(), "");
  EXPECT_EQ(compiled.hooks(0, TENON_PH_ACCESS).size(), 1u);
  EXPECT_TRUE(compiled.hooks(1, TENON_PH_ACCESS).empty());
}

TEST(Compiler, MergesTablesAndSharesEqualInstances) {
  const Compiled compiled(
      "[sample]\nsecret = \"s\"\ntext = \"outer\"\n"
      "[[site]]\n"
      "[[site.route]]\npath = \"/a\"\nhandler = \"sample\"\n"
      "[[site.route]]\npath = \"/b\"\nhandler = \"sample\"\nsample.text = \"inner\"\n"
      "[[site.route]]\npath = \"/c\"\nhandler = \"sample\"\nsample.text = \"outer\"\n"
  );

  EXPECT_EQ(compiled.text(), "");
  const route::HookCall& a = compiled.hooks(0, TENON_PH_HANDLER).at(0);
  const route::HookCall& b = compiled.hooks(1, TENON_PH_HANDLER).at(0);
  const route::HookCall& c = compiled.hooks(2, TENON_PH_HANDLER).at(0);
  EXPECT_EQ(spoken_by(a), "outer");
  EXPECT_EQ(spoken_by(b), "inner");
  EXPECT_EQ(a.instance, c.instance);
  EXPECT_EQ(a.instance, compiled.hooks(0, TENON_PH_ACCESS).at(0).instance);
  EXPECT_EQ(a.run, TENON_RUN_POOL);
}

TEST(Compiler, DestroysTheLastInstanceFirst) {
  const std::string path = testing::TempDir() + "tenon_destroy.log";
  std::remove(path.c_str());
  const Result<int64_t> file = open_log_file(path);
  ASSERT_TRUE(file);
  Compiled compiled(
      "[[site]]\n"
      "[[site.route]]\npath = \"/a\"\nhandler = \"sample\"\nsample = {secret = \"\", text = "
      "\"1\"}\n"
      "[[site.route]]\npath = \"/b\"\nhandler = \"sample\"\nsample = {secret = \"\", text = "
      "\"2\"}\n"
  );
  compiled.log.configure({.file = *file, .to_stderr = false, .level = TENON_LOG_INFO});

  compiled.destroy();

  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  close_log_file(*file);
  EXPECT_THAT(
      text,
      testing::ContainsRegex("destroyed module=sample instance=2\n.*destroyed module=sample "
                             "instance=1\n")
  );
}

struct ErrorCase {
  const char* name;
  const char* sites;
  const char* finding;
};

class CompilerError : public testing::TestWithParam<ErrorCase> {};

TEST_P(CompilerError, HasAPlaceAndASentence) {
  const Compiled compiled(GetParam().sites);

  EXPECT_EQ(compiled.text(), GetParam().finding);
}

const ErrorCase kErrors[] = {
    {"UnknownTable",
     "[sampel]\ntext = \"x\"\n[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"healthy\"\n",
     "tenon.toml:3:2: error: unknown key \"sampel\": no module of that name is loaded; did you "
     "mean \"sample\"?"},
    {"UnknownHandler",
     "[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"statik\"\n",
     "tenon.toml:6:11: error: no module named \"statik\" is loaded"},
    {"WhatTheModuleForbids",
     "[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"sample\"\nsample.secret = \"s\"\n"
     "sample.text = \"forbidden\"\n",
     "tenon.toml:8:15: error: this text is forbidden"},
};

INSTANTIATE_TEST_SUITE_P(Compiler, CompilerError, testing::ValuesIn(kErrors), [](const auto& info) {
  return std::string(info.param.name);
});

TEST(Compiler, RefusesAHandlerWithoutAHandlerHook) {
  const Compiled compiled(
      {"cycle_a"},
      "[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"cycle_a\"\n",
      Purpose::Serve
  );

  EXPECT_THAT(compiled.text(), EndsWith("cannot be a handler: it has no handler hook"));
}

TEST(Compiler, ReportsAWrongOuterTableOnce) {
  const Compiled compiled(
      "[sample]\ntxt = \"x\"\nsecret = \"s\"\n"
      "[[site]]\n"
      "[[site.route]]\npath = \"/a\"\nhandler = \"sample\"\n"
      "[[site.route]]\npath = \"/b\"\nhandler = \"sample\"\n"
  );

  EXPECT_EQ(compiled.findings.items().size(), 1u) << compiled.text();
  EXPECT_THAT(compiled.text(), HasSubstr("tenon.toml:4:1: error: "));
  EXPECT_THAT(compiled.text(), HasSubstr("did you mean \"text\"?"));
}

TEST(Compiler, WantsRequiredOptionsWhereTheModuleRuns) {
  const Compiled compiled("[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"sample\"\n");

  EXPECT_TRUE(compiled.findings.has_errors());
  EXPECT_THAT(compiled.text(), HasSubstr("tenon.toml:6:11: error: "));
  EXPECT_THAT(compiled.text(), HasSubstr("secret"));
}

TEST(Compiler, WarnsOfATableWithoutEffect) {
  const Compiled compiled(
      "[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"sample\"\nsample.secret = \"s\"\n"
      "healthy = {}\n"
  );

  EXPECT_FALSE(compiled.findings.has_errors());
  EXPECT_THAT(
      compiled.text(),
      EndsWith("warning: this table has no effect: the route's handler is not \"healthy\"")
  );
}

TEST(Compiler, ShowsWhyAnInstanceCannotBeMade) {
  const Compiled compiled(
      {"create_fails"},
      "[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"create_fails\"\n",
      Purpose::Serve
  );

  EXPECT_EQ(
      compiled.text(),
      "tenon.toml:6:11: error: module \"create_fails\" refuses this configuration: the database is "
      "away"
  );
}

TEST(Compiler, MakesNoInstancesForACheck) {
  const Compiled compiled(
      {"create_fails"},
      "[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"create_fails\"\n",
      Purpose::Check
  );

  EXPECT_EQ(compiled.text(), "");
}

}  // namespace
}  // namespace tenon::module
