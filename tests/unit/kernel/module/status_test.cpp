// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/status.hpp"

#include <cstring>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

#include "kernel/module/self.hpp"

namespace tenon::module {
namespace {

// A section as the control process lays it out: header, two threads, one listener.
struct Memory {
  alignas(64) tenon_section header{};
  alignas(64) tenon_thread_slot threads[2]{};
  tenon_listener_slot listeners[1]{};
  char names[2][TENON_SECTION_NAME_BYTES]{};
  alignas(64) tenon_module_slot modules[2][2]{};

  Memory() {
    header.generation = 3;
    header.n_threads = 2;
    header.n_io_threads = 1;
    header.n_listeners = 1;
    header.threads_offset = offsetof(Memory, threads);
    header.thread_size = sizeof(tenon_thread_slot);
    header.listeners_offset = offsetof(Memory, listeners);
    header.listener_size = sizeof(tenon_listener_slot);
    header.n_modules = 2;
    header.names_offset = offsetof(Memory, names);
    header.modules_offset = offsetof(Memory, modules);
    header.pool_queued = 5;
    header.pool_rejected = 6;
    std::strcpy(names[0], "static");
    modules[0][0] = {.calls = 10, .failures = 1, .time_ns = 0, .reserved = 0};
    modules[1][0] = {.calls = 4, .failures = 2, .time_ns = 900, .reserved = 0};
    threads[0].requests_active = 3;
    threads[0].requests = 40;
    threads[1].requests = 2;
    std::strcpy(threads[1].hook_module, "static");
    std::strcpy(listeners[0].name, "default");
    listeners[0].fallbacks = 2;
    listeners[0].replacements = 3;
  }
};

class Status : public testing::Test {
 protected:
  Status() {
    services_.section = &memory_.header;
    services_.mpm = "winnt";
    self_.services = &services_;
  }

  Memory memory_;
  Services services_;
  tenon_self self_;
};

TEST_F(Status, SumsUpTheSlots) {
  tenon_server_status out{};
  out.struct_size = sizeof out;

  ASSERT_EQ(status_api().server(&self_, &out), TENON_OK);

  EXPECT_EQ(out.requests, 42u);
  EXPECT_EQ(out.generation, 3u);
  EXPECT_EQ(view(out.mpm), "winnt");
  EXPECT_EQ(view(out.version), TENON_VERSION);
}

TEST_F(Status, TellsWhatWaitsAndWhatRuns) {
  tenon_server_status out{};
  out.struct_size = sizeof out;

  ASSERT_EQ(status_api().server(&self_, &out), TENON_OK);

  EXPECT_EQ(out.requests_active, 3u);
  EXPECT_EQ(out.pool_queued, 5u);
  EXPECT_EQ(out.pool_rejected, 6u);
  EXPECT_EQ(out.n_modules, 1u);  // the other slot has no name
}

TEST_F(Status, SumsUpTheSlotsOfAModule) {
  tenon_module_counts out{};
  out.struct_size = sizeof out;

  ASSERT_EQ(status_api().module(&self_, 0, &out), TENON_OK);

  EXPECT_STREQ(out.name, "static");
  EXPECT_EQ(out.calls, 14u);
  EXPECT_EQ(out.failures, 3u);
  EXPECT_EQ(out.time_ns, 900u);
  EXPECT_EQ(status_api().module(&self_, 1, &out), TENON_E_NOT_FOUND);
}

TEST_F(Status, FillsOnlyWhatTheCallerKnows) {
  tenon_server_status out{};
  out.struct_size = offsetof(tenon_server_status, requests);

  ASSERT_EQ(status_api().server(&self_, &out), TENON_OK);

  EXPECT_EQ(out.struct_size, offsetof(tenon_server_status, requests));
  EXPECT_EQ(out.requests, 0u);
}

TEST_F(Status, CopiesOneSlot) {
  tenon_thread_slot thread{};
  tenon_listener_slot listener{};

  EXPECT_EQ(status_api().thread(&self_, 1, &thread), TENON_OK);
  EXPECT_EQ(status_api().listener(&self_, 0, &listener), TENON_OK);

  EXPECT_STREQ(thread.hook_module, "static");
  EXPECT_STREQ(listener.name, "default");
  EXPECT_EQ(listener.fallbacks, 2u);
  EXPECT_EQ(listener.replacements, 3u);
  EXPECT_EQ(status_api().thread(&self_, 2, &thread), TENON_E_NOT_FOUND);
  EXPECT_EQ(status_api().listener(&self_, 1, &listener), TENON_E_NOT_FOUND);
}

TEST_F(Status, IsNotThereOutsideAChild) {
  services_.section = nullptr;
  tenon_server_status out{};
  out.struct_size = sizeof out;

  EXPECT_EQ(status_api().server(&self_, &out), TENON_E_STATE);
}

}  // namespace
}  // namespace tenon::module
