// SPDX-License-Identifier: Apache-2.0
#include "kernel/server/child.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "tests/sim/mpm.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

tenon_mpm teapot() {
  tenon_mpm mpm{};
  mpm.struct_size = sizeof mpm;
  mpm.name = "teapot";
  mpm.version = "1.0.0";
  return mpm;
}

// The section as an MPM would share it: one thread, no listener.
struct Memory {
  alignas(64) tenon_section header{};
  alignas(64) tenon_thread_slot thread{};
  char names[2][TENON_SECTION_NAME_BYTES]{};
  alignas(64) tenon_module_slot modules[2]{};

  Memory() {
    header.struct_size = sizeof header;
    header.n_threads = 1;
    header.n_io_threads = 1;
    header.threads_offset = offsetof(Memory, thread);
    header.thread_size = sizeof thread;
    header.n_modules = 2;
    header.names_offset = offsetof(Memory, names);
    header.modules_offset = offsetof(Memory, modules);
  }
};

class ChildHost : public testing::Test {
 protected:
  ChildHost() : child_(mpm_), host_(child_.host()) {}

  tenon_status configure(const std::string& bytes) {
    tenon_child_start start{};
    start.struct_size = sizeof start;
    start.generation = 1;
    start.snapshot = buf(bytes);
    start.log_file = -1;
    return host_.configure(host_.context, &start, &config_);
  }
  tenon_status configure_with(const std::string& module) {
    const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
    return configure(config::encode(
        {.roots = {.program = folder, .data = folder},
         .files =
             {{"tenon.toml",
               "[server]\nlisten = [\"127.0.0.1:0\"]\nmodules = [\"" + module::faulty_file(module) +
                   "\"]\n[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"" + module + "\"\n"}}}
    ));
  }
  tenon_status load() {
    tenon_buf wanted{};
    const tenon_status status = host_.wanted(host_.context, &wanted);
    if (status != TENON_OK) return status;
    tenon_child_load load{};
    load.struct_size = sizeof load;
    load.mpm = &mpm_in_memory_.table();
    load.section = &memory_.header;
    return host_.load(host_.context, &load);
  }
  std::string diagnostics() { return std::string(view(host_.diagnostics(host_.context))); }

  const tenon_mpm mpm_ = teapot();
  Memory memory_;
  sim::Mpm mpm_in_memory_;
  tenon_mpm_config config_{};
  Child child_;
  const tenon_child_host& host_;
};

TEST_F(ChildHost, AnswersARequestWithTheLoadedModules) {
  ASSERT_EQ(configure_with("healthy"), TENON_OK) << diagnostics();
  EXPECT_EQ(config_.n_listeners, 1u);
  ASSERT_EQ(load(), TENON_OK) << diagnostics();
  tenon_opened opened{};
  opened.struct_size = sizeof opened;
  opened.peer.family = opened.local.family = 4;
  tenon_step step{};
  step.struct_size = sizeof step;
  tenon_session* session = nullptr;
  uint64_t consumed = 0;

  ASSERT_EQ(
      host_.sessions->opened(host_.context, &opened, nullptr, host_.now(), &session, &step),
      TENON_OK
  );
  host_.sessions->received(
      session, buf("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), host_.now(), &consumed, &step
  );

  ASSERT_NE(step.actions & TENON_DO_WRITE, 0u);
  EXPECT_THAT(std::string(view(step.views[0])), StartsWith("HTTP/1.1 404 "));  // it said NEXT
  uint64_t bytes = 0;
  for (uint64_t i = 0; i < step.n_views; ++i) {
    bytes += step.views[i].len;
  }
  host_.sessions->sent(session, bytes, host_.now(), &step);
  host_.sessions->closed(session, host_.now());
  host_.unload(host_.context);
  EXPECT_EQ(memory_.thread.requests, 1u);
  EXPECT_STREQ(memory_.names[0], "healthy");
  EXPECT_STREQ(memory_.names[1], "");
  EXPECT_EQ(memory_.modules[0].calls, 1u);
}

TEST_F(ChildHost, WantsTheFilesThatOptionsName) {
  const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()));
  config::Snapshot snapshot = {
      .roots = {.program = folder, .data = folder},
      .files = {
          {"tenon.toml",
           "[server]\nmodules = [\"" + module::faulty_file("named_files") +
               "\"]\n[[site]]\n[[site.route]]\npath = \"/*\"\nhandler = \"named_files\"\n"
               "named_files = { page = \"a\", key = { file = \"b\" } }\n"}}};
  ASSERT_EQ(configure(config::encode(snapshot)), TENON_OK) << diagnostics();
  tenon_buf wanted{};
  ASSERT_EQ(host_.wanted(host_.context, &wanted), TENON_OK);
  const auto paths = config::decode_wanted(view(wanted));
  ASSERT_TRUE(paths);
  ASSERT_EQ(paths->size(), 2u);
  EXPECT_TRUE((*paths)[0].ends_with("/a")) << (*paths)[0];

  snapshot.option_files = {{(*paths)[0], "", "page"}, {(*paths)[1], "no such file", ""}};
  const std::string full = config::encode(snapshot);
  tenon_child_load load{};
  load.struct_size = sizeof load;
  load.snapshot = buf(full);
  load.mpm = &mpm_in_memory_.table();
  load.section = &memory_.header;
  EXPECT_EQ(host_.load(host_.context, &load), TENON_E_FAIL);

  EXPECT_EQ(
      diagnostics(),
      "tenon.toml:7:44: error: named_files.key: cannot use \"" + (*paths)[1] + "\": no such file"
  );
}

TEST_F(ChildHost, SaysWhyAModuleIsRefused) {
  ASSERT_EQ(configure_with("load_fails"), TENON_OK) << diagnostics();

  EXPECT_EQ(load(), TENON_E_FAIL);

  EXPECT_EQ(
      diagnostics(),
      "tenon.toml:3:12: error: cannot load module " + module::faulty_file("load_fails") +
          ": its load() failed: the licence has expired"
  );
}

TEST_F(ChildHost, LoadsTheCopyAndNamesTheModule) {
  const std::string folder = to_utf8(std::filesystem::absolute(testing::TempDir()) / "x");
  const std::string file = folder + "/replaced_meanwhile" TENON_MODULE_SUFFIX;
  config::Snapshot snapshot = {
      .roots = {.program = folder, .data = folder},
      .files = {{"tenon.toml", "[server]\nmodules = [\n\"" + file + "\"]\n[[site]]\n"}},
      .module_copies = {{file, module::faulty_file("load_fails")}}};
  ASSERT_EQ(configure(config::encode(snapshot)), TENON_OK) << diagnostics();

  EXPECT_EQ(load(), TENON_E_FAIL);

  EXPECT_EQ(
      diagnostics(),
      "tenon.toml:3:1: error: cannot load module " + file +
          ": its load() failed: the licence has expired"
  );
}

TEST_F(ChildHost, RefusesASnapshotThatIsNone) {
  EXPECT_EQ(configure("garbage"), TENON_E_FAIL);

  EXPECT_THAT(diagnostics(), HasSubstr("error: "));
}

}  // namespace
}  // namespace tenon::server
