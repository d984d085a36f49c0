// SPDX-License-Identifier: Apache-2.0
#include "common/section_layout.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <tenon/module.h>

#include <gtest/gtest.h>

#include "common/crash_report.hpp"

namespace tenon::mpm {
namespace {

class SectionLayout : public testing::Test {
 protected:
  static constexpr std::uint64_t kMillisecond = 1'000'000;
  static constexpr SectionShape kShape{4, 2, 3, 2, 3};

  alignas(64) char memory_[4096];
  tenon_section& section_ = create_section(memory_, kShape);
};

TEST_F(SectionLayout, FillsInTheHeader) {
  EXPECT_EQ(section_.magic, TENON_SECTION_MAGIC);
  EXPECT_EQ(section_.struct_size, sizeof(tenon_section));
  EXPECT_EQ(section_.version, TENON_SECTION_VERSION);
  EXPECT_EQ(section_.generation, 4u);
  EXPECT_EQ(section_.n_threads, 5u);
  EXPECT_EQ(section_.n_io_threads, 2u);
  EXPECT_EQ(section_.n_listeners, 2u);
  EXPECT_EQ(section_.threads_offset % 64, 0u);
  EXPECT_EQ(section_.listeners_offset % 64, 0u);
}

TEST_F(SectionLayout, HasRoomForEverySlot) {
  ASSERT_LE(section_bytes(kShape), sizeof memory_);
  char* end = memory_ + section_bytes(kShape);

  EXPECT_EQ(end - reinterpret_cast<const char*>(&module_slot(section_, 4, 2) + 1), 32);  // to 64
  EXPECT_EQ(
      reinterpret_cast<const char*>(&listener_slot(section_, 1) + 1), module_name(section_, 0)
  );
  EXPECT_LT(
      module_name(section_, 2) + 31, reinterpret_cast<const char*>(&module_slot(section_, 0, 0))
  );
  EXPECT_EQ(
      reinterpret_cast<char*>(&thread_slot(section_, 4) + 1),
      reinterpret_cast<char*>(&listener_slot(section_, 0))
  );
}

TEST_F(SectionLayout, IsOpenedByTheOtherProcess) {
  const Result<tenon_section*> opened = open_section(memory_, section_bytes(kShape));

  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, &section_);
}

TEST_F(SectionLayout, IsRefusedWhenItIsAnotherOrTooSmall) {
  EXPECT_FALSE(open_section(memory_, section_bytes(kShape) - 33));  // beyond what rounds it up
  EXPECT_FALSE(open_section(memory_, 10));
  section_.n_threads = UINT32_MAX;
  EXPECT_FALSE(open_section(memory_, section_bytes(kShape)));
  section_.n_threads = 5;
  section_.thread_size = 0;
  EXPECT_FALSE(open_section(memory_, section_bytes(kShape)));
  section_.thread_size = 128;
  section_.n_modules = UINT32_MAX;
  EXPECT_FALSE(open_section(memory_, section_bytes(kShape)));
  section_.n_modules = 3;
  section_.version = 1;
  EXPECT_FALSE(open_section(memory_, section_bytes(kShape)));
}

TEST_F(SectionLayout, CutsNamesThatAreTooLong) {
  tenon_listener_slot& slot = listener_slot(section_, 0);

  describe_listener(slot, std::string(100, 'n'), "127.0.0.1:80");

  EXPECT_EQ(std::string(slot.name), std::string(31, 'n'));
  EXPECT_EQ(std::string(slot.address), "127.0.0.1:80");
}

TEST_F(SectionLayout, AddsWithoutLoss) {
  std::uint64_t& field = thread_slot(section_, 1).requests;

  store(field, 40);
  add(field, 2);

  EXPECT_EQ(load(field), 42u);
}

TEST_F(SectionLayout, SaysWhatThreadsWereDoing) {
  EXPECT_EQ(describe_hooks(section_, 0), "");
  tenon_thread_slot& io = thread_slot(section_, 1);
  io.hook_request = 17;
  io.hook_phase = TENON_PH_ACCESS;
  io.hook_started_ns = 5 * kMillisecond;
  store_name(io.hook_module, sizeof io.hook_module, "guard");
  tenon_thread_slot& pool = thread_slot(section_, 4);
  pool.hook_request = 18;
  pool.hook_phase = TENON_PH_HANDLER;
  pool.hook_started_ns = 7 * kMillisecond;
  std::memset(pool.hook_module, '\x01', sizeof pool.hook_module);

  EXPECT_EQ(
      describe_hooks(section_, 8 * kMillisecond),
      "  I/O thread 1: module guard, phase access, request 17, for 3 ms\n"
      "  pool thread 2: module " +
          std::string(32, '?') + ", phase handler, request 18, for 1 ms"
  );
}

}  // namespace
}  // namespace tenon::mpm
