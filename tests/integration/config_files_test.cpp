// SPDX-License-Identifier: Apache-2.0
// What a configuration is made of beside its main file: conf.d, variables, files of options.
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A variable of this process' environment, which servers inherit.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TestConfig with_named_files(std::string_view options) {
  TestConfig config;
  config.modules.push_back(target_path(test_module("named_files")));
  return config.route("/named", "named_files", "named_files = { " + std::string(options) + " }");
}

CommandResult check(const Sandbox& sandbox) {
  CommandResult result = run_tenon(sandbox, {"check"});
  expect_nothing_left(sandbox, {});
  return result;
}

TEST(ConfigFolder, AddsModulesListenersAndSites) {
  const Served served(TestConfig(), [](const Sandbox& sandbox) {
    sandbox.write(
        "config/conf.d/10-echo.toml",
        "[server]\nmodules = [\"" + target_path(test_module("echo")) +
            "\"]\nlisten = [{ name = \"more\", address = \"127.0.0.1:0\" }]\n"
    );
    sandbox.write(
        "config/conf.d/20-site.toml",
        "[[site]]\nlisten = [\"more\"]\n[[site.route]]\npath = \"/*\"\nhandler = \"echo\"\n"
    );
  });
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_EQ(get(served.server().port("more"), "/").status, 200);
  EXPECT_EQ(get(served.server().port("more"), "/").body, "");
}

TEST(ConfigFolder, FindingsNameTheFile) {
  const Sandbox sandbox;
  sandbox.write_config(TestConfig().text());
  sandbox.write("config/conf.d/a.toml", "[hello]\ngreeting = \"a\"\n");
  sandbox.write("config/conf.d/b.toml", "\n[hello]\ngreeting = \"b\"\n");

  const CommandResult result = check(sandbox);

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(
      result.err,
      HasSubstr("config/conf.d/b.toml:3:1: error: hello.greeting is set twice; the first is at "
                "config/conf.d/a.toml:2:1")
  );
}

TEST(ConfigVariables, AreExpandedAndSurviveACrash) {
  const Variable greeting("TENON_TEST_GREETING", "from outside");
  TestConfig config = usual_config();
  config.more = "[hello]\ngreeting = \"Hi ${TENON_TEST_GREETING}, $${x} ${TENON_NOT_SET:-you}\"\n";
  const Served served(config);
  ASSERT_TRUE(served.up());
  EXPECT_THAT(get(served.port(), "/hello").body, HasSubstr("Hi from outside, ${x} you"));

  ::kill(served.server().child_pid(), SIGKILL);

  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  EXPECT_THAT(get(served.port(), "/hello").body, HasSubstr("Hi from outside, ${x} you"));
}

TEST(ConfigVariables, MustBeSet) {
  const Sandbox sandbox;
  TestConfig config;
  config.more = "[hello]\ngreeting = \"${TENON_NOT_SET}\"\n";
  sandbox.write_config(config.text());

  const CommandResult result = check(sandbox);

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("config/tenon.toml:"));
  EXPECT_THAT(result.err, HasSubstr("error: the environment has no variable TENON_NOT_SET"));
}

TEST(OptionFiles, ReachTheModule) {
  const Served served(
      with_named_files("page = \"page.txt\", key = { file = \"run/key\" }"),
      [](const Sandbox& sandbox) {
        sandbox.write("page.txt", "the page");
        sandbox.write("run/key", "hunter2\n");
      }
  );
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/named").body, "the page|hunter2");
}

// Only a reload looks at the disk.
TEST(OptionFiles, StayAsTheyWereWhenAChildIsReplaced) {
  const Served served(with_named_files("page = \"page.txt\""), [](const Sandbox& sandbox) {
    sandbox.write("page.txt", "old");
  });
  ASSERT_TRUE(served.up());
  served.sandbox().write("page.txt", "new");

  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  EXPECT_EQ(get(served.port(), "/named").body, "old|none");

  std::filesystem::remove(served.sandbox().path("page.txt"));
  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(3)) << served.server().err();
  EXPECT_EQ(get(served.port(), "/named").body, "old|none");
}

TEST(OptionFiles, MissingOneIsToldWithItsPlace) {
  const Sandbox sandbox;
  sandbox.write_config(with_named_files("page = \"gone.txt\"").text());

  const CommandResult served = run_tenon(sandbox, {});
  const CommandResult checked = check(sandbox);

  EXPECT_EQ(served.exit_code, 2) << served.err;
  EXPECT_EQ(checked.exit_code, 2) << checked.err;
  EXPECT_EQ(served.err, checked.err);
  EXPECT_THAT(checked.err, HasSubstr("config/tenon.toml:"));
  EXPECT_THAT(checked.err, HasSubstr("error: named_files.page: cannot use "));
  EXPECT_THAT(checked.err, HasSubstr("gone.txt\": no such file"));
}

TEST(OptionFiles, LargeOneIsRefused) {
  const Sandbox sandbox;
  sandbox.write("big", std::string(4 * 1024 * 1024 + 1, 'x'));
  sandbox.write_config(with_named_files("page = \"big\"").text());

  const CommandResult result = run_tenon(sandbox, {});

  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("this file is larger than 4MiB"));
}

TEST(OptionFiles, LargestOnesAreServed) {
  const Served served(with_named_files("page = \"big\""), [](const Sandbox& sandbox) {
    sandbox.write("big", std::string(4 * 1024 * 1024, 'x'));
  });
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/named").body.size(), 4u * 1024 * 1024 + 5);
}

TEST(OptionFiles, SecretIsNotShown) {
  const Sandbox sandbox;
  sandbox.write("key", "weak-hunter2");
  sandbox.write_config(with_named_files("key = { file = \"key\" }").text());

  const CommandResult result = run_tenon(sandbox, {});

  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("the key is weak: (secret)"));
  EXPECT_THAT(result.err, Not(HasSubstr("hunter2")));
  EXPECT_THAT(read_file(sandbox.path("logs/error.log")), Not(HasSubstr("hunter2")));
}

TEST(OptionFiles, MediaTypesComeFromAFile) {
  TestConfig config;
  config.more = "[static]\ntypes_file = \"my.types\"\n";
  const Served served(config, [](const Sandbox& sandbox) {
    sandbox.write("my.types", "# ours\napplication/x-page html\n");
  });
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/index.html").field("Content-Type"), "application/x-page");
}

TEST(LibraryFolder, MayNotBeWritableForAll) {
  const Sandbox sandbox;
  namespace fs = std::filesystem;
  fs::create_directory(sandbox.path("plug"));
  const std::string file = "plug/" + fs::path(test_module("echo")).filename().string();
  fs::copy_file(test_module("echo"), sandbox.path(file));
  fs::permissions(sandbox.path("plug"), fs::perms::all);
  TestConfig config;
  config.modules.push_back(file);
  sandbox.write_config(config.text());

  const CommandResult open = check(sandbox);
  fs::permissions(sandbox.path("plug"), fs::perms::others_write, fs::perm_options::remove);
  const CommandResult closed = check(sandbox);

  EXPECT_EQ(open.exit_code, 2);
  EXPECT_THAT(open.err, HasSubstr("everybody may write to "));
  EXPECT_EQ(closed.exit_code, 0) << closed.err;
}

TEST(JsonLog, HasOneObjectALine) {
  TestConfig config = usual_config();
  config.more = "[server.log]\nformat = \"json\"\n";
  const Served served(config);
  ASSERT_TRUE(served.up());

  std::string log;  // written after the ready line that the test has waited for
  EXPECT_TRUE(poll_until([&] {
    log = read_file(served.sandbox().path("logs/error.log"));
    return log.find("\"level\":\"info\",\"message\":\"ready generation=1") != std::string::npos;
  })) << log;
  EXPECT_EQ(log.find("{\"time\":\""), 0u) << log;
}

}  // namespace
}  // namespace tenon::support
