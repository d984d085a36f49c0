// SPDX-License-Identifier: Apache-2.0
#include "kernel/control/control.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"

namespace tenon::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const tenon_option kOptions[] = {
    {sizeof(tenon_option),
     TENON_T_INT,
     0,
     TENON_IN_SERVER,
     "threads",
     "How many.",
     "4",
     nullptr,
     1,
     64,
     nullptr}};

tenon_mpm teapot() {
  tenon_mpm mpm{};
  mpm.struct_size = sizeof mpm;
  mpm.name = "teapot";
  mpm.version = "1.0.0";
  mpm.options = kOptions;
  mpm.n_options = 1;
  return mpm;
}

// A control host over a configuration file that the test may change.
class ControlHost : public testing::Test {
 protected:
  void start(const std::string& text) {
    write(text);
    Diagnostics findings;
    const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
    const config::Roots roots{.program = folder, .data = folder};
    log_.configure({.file = -1, .to_stderr = false, .level = TENON_LOG_INFO});
    control_ = std::make_unique<Control>(Control::Options{
        .roots = roots,
        .config_path = path_,
        .executable = "/opt/tenon/bin/tenon",
        .mpm_file = "/opt/tenon/bin/mpm_teapot.so",
        .mpm = &mpm_,
        .log_file = 7,
        .keeper = keeper_,
        .log = &log_,
        .to_operator = [this](std::string_view line) { lines_.emplace_back(line); },
        .to_user = [this](std::string_view text) { lines_.emplace_back(text); },
        .copy_modules = copy_modules_,
        .first = config::read_snapshot(roots, path_, findings)});
    ASSERT_FALSE(findings.has_errors()) << findings.text();
  }
  void write(const std::string& text) { std::ofstream(to_path(path_)) << text; }
  tenon_status read(tenon_mpm_config& config) {
    return control_->host().read_config(control_->host().context, &config);
  }
  void report(int32_t level, const char* place, const char* text) {
    control_->host().report(control_->host().context, level, str(place), str(text));
  }

  const std::string path_ =
      to_utf8(std::filesystem::absolute(testing::TempDir())) + "/control.toml";
  const tenon_mpm mpm_ = teapot();
  Log log_;
  std::function<std::vector<config::ModuleCopy>(const config::Config&, Diagnostics&)> copy_modules_;
  LogKeeper* keeper_ = nullptr;
  std::vector<std::string> lines_;
  std::unique_ptr<Control> control_;
};

TEST_F(ControlHost, GivesListenersAndOptions) {
  start(
      "[server]\nmpm = \"teapot\"\nlisten = [\"127.0.0.1:8080\"]\nmodules = []\n"
      "[mpm.teapot]\nthreads = 9\n"
  );
  tenon_mpm_config config{};

  ASSERT_EQ(read(config), TENON_OK);

  int64_t threads = 0;
  EXPECT_EQ(control_->host().cfg->i64(config.options, 0, &threads), TENON_OK);
  EXPECT_EQ(threads, 9);
  ASSERT_EQ(config.n_listeners, 1u);
  EXPECT_EQ(config.listeners[0].port, 8080);
  EXPECT_EQ(config.listeners[0].ip[0], 127);
  EXPECT_EQ(view(config.listeners[0].name), "default");
  EXPECT_THAT(std::string(view(config.listeners[0].place)), HasSubstr("control.toml:3:"));
  EXPECT_TRUE(config::decode(view(config.snapshot)));
}

TEST_F(ControlHost, KeepsItsFindingsForTheOneWhoAsked) {
  start("[server]\nmpm = \"teapot\"\n[[site]]\n[[site.route]]\npath = \"/\"\n");
  tenon_mpm_config config{};
  config.struct_size = sizeof config;
  ASSERT_EQ(read(config), TENON_OK);
  EXPECT_EQ(view(control_->host().findings(control_->host().context)), "");
  write("[server]\nlisen = []\n");

  EXPECT_EQ(read(config), TENON_E_FAIL);

  const std::string_view findings = view(control_->host().findings(control_->host().context));
  EXPECT_NE(findings.find("control.toml:2:1: error: "), std::string_view::npos) << findings;
}

TEST(InstanceId, IsTheSameHoweverThePathIsWritten) {
  const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
  const config::Roots roots{.program = "/x", .data = folder};

  const std::string id = instance_id(roots, folder + "/a/../config/tenon.toml");

  EXPECT_EQ(id.size(), 16u);
  EXPECT_EQ(id, instance_id(roots, ""));
  EXPECT_NE(id, instance_id(roots, folder + "/other.toml"));
}

TEST_F(ControlHost, ReportsWrongMpmOptions) {
  start("[server]\nmpm = \"teapot\"\n[mpm.teapot]\nthreads = 65\n");
  tenon_mpm_config config{};

  EXPECT_EQ(read(config), TENON_E_FAIL);

  ASSERT_FALSE(lines_.empty());
  EXPECT_THAT(lines_.back(), HasSubstr("control.toml:4:11: error: "));
}

TEST_F(ControlHost, ReadsTheFilesAgainOnlyForAReload) {
  start("[server]\nmpm = \"teapot\"\nlisten = [\"127.0.0.1:1000\"]\n");
  write("[server]\nmpm = \"teapot\"\nlisten = [\"127.0.0.1:2000\"]\n");
  tenon_mpm_config config{};

  ASSERT_EQ(read(config), TENON_OK);
  EXPECT_EQ(config.listeners[0].port, 1000);
  ASSERT_EQ(read(config), TENON_OK);
  EXPECT_EQ(config.listeners[0].port, 2000);
}

TEST_F(ControlHost, ReadsTheFilesThatAChildWants) {
  const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
  const std::string file = folder + (folder.ends_with('/') ? "" : "/") + "control_page";
  std::ofstream(to_path(file)) << "the page";
  start("[server]\nmpm = \"teapot\"\n[x]\npage = \"control_page\"\nother = [\"gone\"]\n");
  tenon_mpm_config config{};
  ASSERT_EQ(read(config), TENON_OK);
  const std::string gone = file.substr(0, file.rfind('/')) + "/gone";
  const std::string wanted = config::encode_wanted({file, gone});
  tenon_buf full{};

  const tenon_control_host& host = control_->host();
  ASSERT_EQ(host.read_files(host.context, config.snapshot, buf(wanted), &full), TENON_OK);

  const auto snapshot = config::decode(view(full));
  ASSERT_TRUE(snapshot);
  ASSERT_EQ(snapshot->option_files.size(), 2u);
  EXPECT_EQ(snapshot->option_files[0].bytes, "the page");
  EXPECT_EQ(snapshot->option_files[1].refusal, "no such file");
  EXPECT_EQ(snapshot->files.size(), 1u);
}

TEST_F(ControlHost, ReadsNoFileThatTheConfigurationDoesNotName) {
  start("[server]\nmpm = \"teapot\"\n[x]\npage = \"control_page\"\n");
  tenon_mpm_config config{};
  ASSERT_EQ(read(config), TENON_OK);
  const std::string wanted = config::encode_wanted({"/etc/passwd"});
  tenon_buf full{};

  const tenon_control_host& host = control_->host();
  EXPECT_EQ(
      host.read_files(host.context, config.snapshot, buf(wanted), &full), tenon_status{TENON_E_ARG}
  );
  EXPECT_EQ(
      host.read_files(host.context, config.snapshot, buf("nonsense"), &full),
      tenon_status{TENON_E_ARG}
  );
}

TEST_F(ControlHost, RefusesAnotherMpmInAReload) {
  start("[server]\nmpm = \"teapot\"\n");
  write("[server]\nmpm = \"kettle\"\n");
  tenon_mpm_config config{};
  ASSERT_EQ(read(config), TENON_OK);

  EXPECT_EQ(read(config), TENON_E_FAIL);

  ASSERT_FALSE(lines_.empty());
  EXPECT_THAT(lines_.back(), HasSubstr("needs a restart of the server"));
}

TEST_F(ControlHost, PutsTheCopiesOfModulesIntoTheSnapshot) {
  copy_modules_ = [](const config::Config& config, Diagnostics& findings) {
    if (config.modules.empty()) findings.error({"tenon.toml", 2, 1}, "it is being written");
    return std::vector<config::ModuleCopy>{{"/m/mod_a.so", "/run/gen/1/mod_a.so"}};
  };
  start("[server]\nmpm = \"teapot\"\nmodules = [\"static\"]\n");
  write("[server]\nmpm = \"teapot\"\n");
  tenon_mpm_config config{};

  ASSERT_EQ(read(config), TENON_OK);
  const auto snapshot = config::decode(view(config.snapshot));
  ASSERT_TRUE(snapshot);
  ASSERT_EQ(snapshot->module_copies.size(), 1u);
  EXPECT_EQ(snapshot->module_copies[0].copy, "/run/gen/1/mod_a.so");

  EXPECT_EQ(read(config), TENON_E_FAIL);
  EXPECT_EQ(lines_.back(), "tenon.toml:2:1: error: it is being written\n");
}

TEST_F(ControlHost, TendsTheLogByTheAdoptedConfiguration) {
  const std::filesystem::path folder =
      std::filesystem::absolute(testing::TempDir()) / "tenon_control_logs";
  std::filesystem::remove_all(folder);
  LogKeeper keeper;
  ASSERT_TRUE(keeper.open({.path = to_utf8(folder / "first.log")}, {}));
  keeper_ = &keeper;
  start(
      "[server]\nmpm = \"teapot\"\n[server.log]\nlevel = \"error\"\nerror = \"" +
      to_utf8(folder / "second.log") + "\"\n"
  );
  const tenon_control_host& host = control_->host();
  tenon_mpm_config config{};
  ASSERT_EQ(read(config), TENON_OK);
  int64_t file = -1;
  EXPECT_EQ(host.tend_log(host.context, 0, &file), TENON_AGAIN);
  EXPECT_TRUE(log_.enabled(TENON_LOG_INFO));

  host.adopt(host.context);

  EXPECT_FALSE(log_.enabled(TENON_LOG_INFO));
  EXPECT_EQ(host.tend_log(host.context, 0, &file), TENON_OK);
  EXPECT_EQ(file, keeper.file());
  EXPECT_EQ(host.log_file, file);
  EXPECT_EQ(host.tend_log(host.context, 0, &file), TENON_AGAIN);
  EXPECT_EQ(host.tend_log(host.context, 1, &file), TENON_OK);
  EXPECT_EQ(host.log_file, file);
  log_.error("in the second");
  EXPECT_EQ(std::filesystem::file_size(folder / "first.log"), 0u);
  EXPECT_GT(std::filesystem::file_size(folder / "second.log"), 0u);
}

TEST_F(ControlHost, ReportsWithPlaceAndLevel) {
  start("[server]\nmpm = \"teapot\"\n");

  report(TENON_LOG_ERROR, "tenon.toml:3:11", "the address is in use");
  report(TENON_LOG_INFO, "", "stopping");
  report(TENON_LOG_WARN, "", "the child crashed");
  report(TENON_LOG_ERROR, "", "a.toml:1:2: error: one\na.toml:2:2: error: two");
  report(TENON_LOG_ERROR, "", "a.toml:1:2: error: one");
  report(TENON_LOG_DEBUG, "", "not shown");

  EXPECT_THAT(
      lines_,
      ElementsAre(
          "tenon.toml:3:11: error: the address is in use\n",
          "tenon: stopping\n",
          "tenon: warning: the child crashed\n",
          "a.toml:1:2: error: one\n",
          "a.toml:2:2: error: two\n",
          "a.toml:1:2: error: one\n"
      )
  );
}

TEST_F(ControlHost, WritesTheReadyLineInOnePiece) {
  start("[server]\nmpm = \"teapot\"\n");
  const tenon_str bound[] = {str("default=127.0.0.1:40123"), str("admin=[::1]:8081")};

  control_->host().ready(control_->host().context, 1, 4711, bound, 2);

  EXPECT_THAT(
      lines_,
      ElementsAre("tenon: ready generation=1 pid=4711 listen=default=127.0.0.1:40123 "
                  "listen=admin=[::1]:8081\n")
  );
}

}  // namespace
}  // namespace tenon::control
