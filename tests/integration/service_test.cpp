// SPDX-License-Identifier: Apache-2.0
// A real service of a real service manager, from its installation to its end.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/ready_line.hpp"
#include "support/served.hpp"
#include "support/wine_prefix.hpp"

namespace tenon::support {
namespace {

using testing::HasSubstr;

constexpr const char* kName = "Tenon Test";
constexpr const char* kStopped = "state=1\n";
constexpr const char* kRunning = "state=4\n";

class WindowsService : public testing::Test {
 protected:
  void SetUp() override {
    if (!on_windows()) GTEST_SKIP() << "services are Windows'";
    sandbox_.write_config(usual_config().text());
  }
  void TearDown() override {
    if (on_windows() && installed_) named({"-k", "uninstall"});
  }

  // With -d, as an operator gives it once, and the name.
  CommandResult install() {
    installed_ = true;
    return run_tenon(sandbox_, {"-k", "install", "-n", kName});
  }
  // By name only: all else must come from what was installed.
  static CommandResult named(std::vector<std::string> words) {
    words.insert(words.end(), {"-n", kName});
    return run_tenon(std::move(words));
  }
  static CommandResult control(const std::string& what) {
    const auto tools = std::filesystem::path(stage()).parent_path() / "tests/tools";
    return run(
        {.argv = {"wine", tools / "service_control.exe", kName, what},
         .env = WinePrefix::instance().env()}
    );
  }
  static std::string query() {
    std::string text = control("query").out;
    std::erase(text, '\r');
    return text;
  }
  static CommandResult registry(const std::string& key) {
    return run({.argv = {"wine", "reg", "query", key}, .env = WinePrefix::instance().env()});
  }
  std::string log() const {
    std::error_code error;
    const std::string path = sandbox_.path("logs/error.log");
    return std::filesystem::exists(path, error) ? read_file(path) : std::string();
  }
  bool logged(const std::string& words) const {
    return poll_until([&] { return log().find(words) != std::string::npos; });
  }
  // A service has no stderr: its log has the ready line, without the program's name.
  uint16_t port(uint32_t generation = 1) const {
    const std::string mark = "ready generation=" + std::to_string(generation) + " ";
    EXPECT_TRUE(logged(mark)) << log();
    const std::string text = log();
    const size_t at = text.rfind(mark);
    if (at == std::string::npos) return 0;
    const auto lines = ready_lines("tenon: " + text.substr(at, text.find('\n', at) + 1 - at));
    return lines.empty() ? 0 : lines.back().port("default");
  }
  void install_and_start() {
    const CommandResult installed = install();
    ASSERT_EQ(installed.exit_code, 0) << installed.err;
    const CommandResult started = named({"-k", "start"});
    ASSERT_EQ(started.exit_code, 0) << started.err << log();
  }

  Sandbox sandbox_;
  bool installed_ = false;
};

TEST_F(WindowsService, LivesFromInstallationToUninstallation) {
  const CommandResult installed = install();
  ASSERT_EQ(installed.exit_code, 0) << installed.err;
  EXPECT_THAT(installed.out, HasSubstr("the service Tenon Test is installed"));
  const std::string known = query();
  EXPECT_THAT(known, HasSubstr(kStopped));
  EXPECT_THAT(known, HasSubstr("tenon.exe\" -k runservice -n \"Tenon Test\"\n"));
  EXPECT_THAT(known, HasSubstr("account=NT SERVICE\\Tenon Test\n"));
  EXPECT_THAT(known, HasSubstr("start=2\n"));
  EXPECT_THAT(known, HasSubstr("description=Tenon, a modular HTTP server\n"));
  EXPECT_THAT(known, HasSubstr("preshutdown=6000\n"));  // stop_timeout and five seconds
  EXPECT_TRUE(std::filesystem::is_directory(sandbox_.path("run")));

  const CommandResult started = named({"-k", "start"});

  ASSERT_EQ(started.exit_code, 0) << started.err << log();
  EXPECT_THAT(query(), HasSubstr(kRunning));
  const uint16_t port = this->port();
  EXPECT_EQ(get(port, "/hello").status, 200);
  EXPECT_EQ(named({"-k", "start"}).exit_code, 0);  // it runs already

  const CommandResult stopped = named({"-k", "stop"});

  EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
  EXPECT_TRUE(poll_until([] { return query().find(kStopped) != std::string::npos; })) << query();
  EXPECT_THAT(query(), HasSubstr("exit=0\n"));
  expect_nothing_left(sandbox_, {port});

  const CommandResult uninstalled = named({"-k", "uninstall"});

  EXPECT_EQ(uninstalled.exit_code, 0) << uninstalled.err;
  EXPECT_NE(control("query").exit_code, 0);
  installed_ = false;
}

TEST_F(WindowsService, EndsWhenItIsUninstalledWhileItRuns) {
  ASSERT_NO_FATAL_FAILURE(install_and_start());
  const uint16_t port = this->port();

  const CommandResult uninstalled = run_tenon({"service", "uninstall", "-n", kName});

  EXPECT_EQ(uninstalled.exit_code, 0) << uninstalled.err;
  installed_ = false;
  expect_nothing_left(sandbox_, {port});
}

TEST_F(WindowsService, ReloadsByControlAndByCommand) {
  ASSERT_NO_FATAL_FAILURE(install_and_start());
  ASSERT_NE(port(), 0);

  EXPECT_EQ(control("128").exit_code, 0);  // httpd's
  EXPECT_EQ(get(port(2), "/hello").status, 200);
  EXPECT_EQ(control("6").exit_code, 0);  // PARAMCHANGE
  EXPECT_EQ(get(port(3), "/hello").status, 200);
  const CommandResult graceful = named({"-k", "graceful"});

  EXPECT_EQ(graceful.exit_code, 0) << graceful.err;
  EXPECT_EQ(get(port(4), "/hello").status, 200);
  EXPECT_THAT(query(), HasSubstr(kRunning));
}

TEST_F(WindowsService, StopsByControl) {
  ASSERT_NO_FATAL_FAILURE(install_and_start());
  const uint16_t port = this->port();

  EXPECT_EQ(control("1").exit_code, 0);

  EXPECT_TRUE(poll_until([] { return query().find(kStopped) != std::string::npos; })) << query();
  EXPECT_THAT(query(), HasSubstr("exit=0\n"));
  expect_nothing_left(sandbox_, {port});
}

TEST_F(WindowsService, SaysInItsLogWhyItDoesNotStart) {
  ASSERT_EQ(install().exit_code, 0);
  sandbox_.write_config("[server]\nlisten = [\"127.0.0.1:0\"]\nnonsense = 1\n");

  const CommandResult checked = named({"-t"});
  const CommandResult refused = named({"-k", "start"});
  const CommandResult asked =
      run({.argv = {"wine", "sc", "start", kName}, .env = WinePrefix::instance().env()});

  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.err, HasSubstr("nonsense"));
  EXPECT_EQ(refused.exit_code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("nonsense"));
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_TRUE(logged("nonsense")) << log();
  EXPECT_TRUE(poll_until([] { return query().find(kStopped) != std::string::npos; })) << query();
  EXPECT_THAT(query(), HasSubstr("exit=1066\nspecific=2\n"));
}

TEST_F(WindowsService, EndsWithTheMachinesCodeWhenItsPortIsTaken) {
  const Served other(usual_config());
  TestConfig config = usual_config();
  config.listen = "\"127.0.0.1:" + std::to_string(other.port()) + "\"";
  config.mpm += "bind_timeout = \"200ms\"\n";
  sandbox_.write_config(config.text());
  ASSERT_EQ(install().exit_code, 0);

  const CommandResult started = named({"-k", "start"});

  EXPECT_EQ(started.exit_code, 1) << started.err;
  EXPECT_THAT(started.err, HasSubstr("did not start and ended with exit code 1"));
  EXPECT_THAT(log(), HasSubstr(std::to_string(other.port())));
  EXPECT_THAT(query(), HasSubstr("exit=1066\nspecific=1\n"));
}

TEST_F(WindowsService, OfTheConfigurationIsWhatStartStarts) {
  ASSERT_EQ(run_tenon(sandbox_, {"service", "install"}).exit_code, 0);

  const CommandResult started = run_tenon(sandbox_, {"-k", "start"});
  const CommandResult status = run_tenon(sandbox_, {"status"});
  const CommandResult uninstalled = run_tenon({"service", "uninstall"});

  EXPECT_EQ(started.exit_code, 0) << started.err;
  EXPECT_EQ(started.out, "tenon: the service Tenon is started\n");
  EXPECT_THAT(status.out, HasSubstr("generation 1: state=serving"));
  EXPECT_EQ(uninstalled.exit_code, 0) << uninstalled.err;
}

TEST_F(WindowsService, IsInstalledOnce) {
  ASSERT_EQ(install().exit_code, 0);

  const CommandResult again = install();

  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("the service Tenon Test: it is installed already"));
}

TEST_F(WindowsService, IsNotInstalledWithABadConfiguration) {
  sandbox_.write_config("[[[");

  EXPECT_EQ(install().exit_code, 2);
  EXPECT_NE(control("query").exit_code, 0);
  installed_ = false;
}

TEST_F(WindowsService, ThatIsMissingIsNamedByEveryCommand) {
  for (const char* word : {"config", "uninstall", "start", "stop", "graceful"}) {
    const CommandResult result = named({"-k", word});
    EXPECT_EQ(result.exit_code, 1) << word;
    EXPECT_THAT(result.err, HasSubstr("Tenon Test")) << word;
  }
  EXPECT_EQ(named({"-t"}).exit_code, 1);
}

TEST_F(WindowsService, OfSomebodyElseIsLeftAlone) {
  for (const char* word : {"config", "uninstall", "start"}) {
    const CommandResult result = run_tenon({"-k", word, "-n", "MountMgr"});
    EXPECT_EQ(result.exit_code, 1) << word;
    EXPECT_THAT(result.err, HasSubstr("not one of Tenon's")) << word;
  }
}

TEST_F(WindowsService, TakesAnotherConfiguration) {
  ASSERT_EQ(install().exit_code, 0);
  TestConfig other = usual_config();
  other.mpm += "service_account = \"LocalSystem\"\n";
  sandbox_.write("config/other.toml", other.text());

  const CommandResult changed = run_tenon(
      sandbox_, {"-k", "config", "-n", kName, "-f", target_path(sandbox_.path("config/other.toml"))}
  );
  sandbox_.write("config/other.toml", "mistaken = true\n");
  const CommandResult checked = named({"-t"});

  EXPECT_EQ(changed.exit_code, 0) << changed.err;
  EXPECT_THAT(query(), HasSubstr("account=LocalSystem\n"));
  EXPECT_EQ(checked.exit_code, 2);
  EXPECT_THAT(checked.err, HasSubstr("mistaken"));
}

TEST_F(WindowsService, HasItsTextsWithTheEventViewer) {
  const std::string key =
      "HKLM\\System\\CurrentControlSet\\Services\\EventLog\\Application\\Tenon Test";
  ASSERT_EQ(install().exit_code, 0);
  EXPECT_THAT(registry(key).out, HasSubstr("mpm_winnt.dll"));

  ASSERT_EQ(named({"-k", "uninstall"}).exit_code, 0);

  installed_ = false;
  EXPECT_NE(registry(key).exit_code, 0);
}

TEST_F(WindowsService, IsNotRunFromAConsole) {
  const CommandResult result = run_tenon(sandbox_, {"-k", "runservice", "-n", kName});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("-k runservice is for the service manager"));
}

}  // namespace
}  // namespace tenon::support
