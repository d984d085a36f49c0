// SPDX-License-Identifier: Apache-2.0
#include "kernel/server/server.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::server {
namespace {

using testing::HasSubstr;

// What a command printed and returned, for a program root without any MPM or module.
class Command {
 public:
  explicit Command(const std::vector<std::string>& arguments) {
    const std::string root = to_utf8(std::filesystem::absolute(testing::TempDir())) + "/tenon_root";
    Console console;
    console.out = [this](std::string_view text) { out += text; };
    console.err = [this](std::string_view text) { err += text; };
    code = run_command(root + "/bin/tenon", arguments, console);
  }

  int code = -1;
  std::string out;
  std::string err;
};

std::string write_config(const std::string& name, const std::string& text) {
  const std::string path = to_utf8(std::filesystem::absolute(testing::TempDir())) + "/" + name;
  std::ofstream(to_path(path), std::ios::binary) << text;
  return path;
}

TEST(Server, PrintsItsVersion) {
  const Command command({"-v"});

  EXPECT_EQ(command.code, 0);
  EXPECT_EQ(command.out, "Tenon " TENON_VERSION "\n");
}

TEST(Server, PrintsItsAbiAndRoots) {
  const Command command({"-V"});

  EXPECT_EQ(command.code, 0);
  EXPECT_THAT(command.out, HasSubstr("entry tenon_module_v0\n"));
  EXPECT_THAT(command.out, HasSubstr("/tenon_root\n"));
}

TEST(Server, CallsUsageErrorsSo) {
  const Command command({"fly"});

  EXPECT_EQ(command.code, 2);
  EXPECT_EQ(command.out, "");
  EXPECT_THAT(command.err, testing::StartsWith("tenon: error: unknown verb \"fly\""));
}

TEST(Server, RunRefusesAMissingConfiguration) {
  const Command command({"-f", "/absent/tenon.toml"});

  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("/absent/tenon.toml"));
}

TEST(Server, RunRefusesAWrongConfigurationWithItsPlace) {
  const std::string file = write_config("wrong.toml", "[server]\nlsten = [\"127.0.0.1:0\"]\n");

  const Command command({"run", "-f", file});

  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("wrong.toml:2:1: error: "));
  EXPECT_THAT(command.err, HasSubstr("did you mean \"listen\"?"));
}

TEST(Server, RunNamesAMissingMpm) {
  const std::string file = write_config("mpm.toml", "[server]\nmpm = \"teapot\"\n");

  const Command command({"run", "-f", file});

  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.err, HasSubstr("mpm.toml:2:7: error: cannot load the MPM \"teapot\" from "));
  EXPECT_THAT(command.err, HasSubstr("/tenon_root/bin/mpm_teapot"));
}

TEST(Server, ListsModules) {
  const std::string sample = module::faulty_file("sample");
  const std::string file = write_config("list.toml", "[server]\nmodules = [\"" + sample + "\"]\n");

  const Command command({"modules", "-f", file});

  EXPECT_EQ(command.code, 0) << command.err;
  EXPECT_EQ(
      command.out,
      "NAME    VERSION  ID                      PHASES          FILE\n"
      "sample  2.1.0    org.tenon.tests.sample  access,handler  " +
          sample + "\n"
  );
}

TEST(Server, ListsWhatLoadsAndReportsTheRest) {
  const std::string good = module::faulty_file("healthy");
  const std::string bad = module::faulty_file("refuses");
  const std::string file =
      write_config("mixed.toml", "[server]\nmodules = [\"" + bad + "\", \"" + good + "\"]\n");

  const Command command({"-M", "-f", file});

  EXPECT_EQ(command.code, 2);
  EXPECT_THAT(command.out, HasSubstr("healthy"));
  EXPECT_THAT(command.err, HasSubstr("mixed.toml:2:12: error: cannot load module " + bad));
}

}  // namespace
}  // namespace tenon::server
