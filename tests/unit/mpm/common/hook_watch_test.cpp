// SPDX-License-Identifier: Apache-2.0
#include "common/hook_watch.hpp"

#include <tenon/module.h>

#include <gmock/gmock.h>

#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

class HookWatchTest : public testing::Test {
 protected:
  void run(std::uint32_t thread, std::uint64_t started_ns) {
    tenon_thread_slot& slot = thread_slot(section_, thread);
    store_name(slot.hook_module, sizeof slot.hook_module, "slowpoke");
    slot.hook_started_ns = started_ns;
    slot.hook_phase = TENON_PH_HANDLER;
    slot.hook_request = 17;
  }

  static constexpr SectionShape kShape{1, 1, 1, 1, 1};
  alignas(64) char memory_[2048];
  tenon_section& section_ = create_section(memory_, kShape);
  HookWatch watch_{section_, 2 * kSecond};
};

TEST_F(HookWatchTest, FindsNothingInTime) {
  run(0, kSecond);

  EXPECT_TRUE(watch_.look(3 * kSecond - 1).empty());
}

TEST_F(HookWatchTest, EndsAChildWhoseIoThreadIsHeldUp) {
  run(0, kSecond);

  const auto findings = watch_.look(3 * kSecond);

  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].ends_child);
  EXPECT_THAT(
      findings[0].text,
      testing::HasSubstr("I/O thread 0: module slowpoke, phase handler, request 17, for 2000 ms")
  );
}

TEST_F(HookWatchTest, NamesAHookInThePoolOnce) {
  run(1, kSecond);

  const auto findings = watch_.look(4 * kSecond);

  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].ends_child);
  EXPECT_TRUE(watch_.look(5 * kSecond).empty());
}

TEST_F(HookWatchTest, WatchesNothingWithoutATimeout) {
  run(0, kSecond);
  HookWatch never(section_, 0);

  EXPECT_EQ(never.look_every_ms(), HookWatch::kNever);
  EXPECT_TRUE(never.look(1000 * kSecond).empty());
}

}  // namespace
}  // namespace tenon::mpm
