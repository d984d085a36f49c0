// SPDX-License-Identifier: Apache-2.0
#include "winnt/options.hpp"

#include <map>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>

#include "winnt/win32.hpp"

namespace tenon::mpm {
namespace {

using Values = std::map<std::uint32_t, std::int64_t>;

// A configuration in which every option without a value here is 1, or is not there.
Values values;

tenon_status TENON_CALL read_number(const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
  const auto found = values.find(option);
  if (found == values.end() && option == kThreadStackSize) return TENON_E_NOT_FOUND;
  *out = found == values.end() ? 1 : found->second;
  return TENON_OK;
}

tenon_status TENON_CALL read_text(const tenon_cfg*, std::uint32_t, tenon_str* out) {
  *out = str("connect");
  return TENON_OK;
}

WinntSettings read(const Values& given) {
  values = given;
  tenon_cfg_api api{};
  api.struct_size = sizeof api;
  api.i64 = read_number;
  api.str = read_text;
  const Result<WinntSettings> settings = read_winnt_settings(api, nullptr);
  EXPECT_TRUE(settings);
  return settings ? *settings : WinntSettings{};
}

TEST(WinntOptions, HaveSizesOfBuffersAndStacks) {
  const WinntSettings settings =
      read({{kReceiveBufferSize, 4096}, {kSendBufferSize, 8192}, {kThreadStackSize, 512 * 1024}});

  EXPECT_EQ(settings.receive_buffer_bytes, 4096);
  EXPECT_EQ(settings.send_buffer_bytes, 8192);
  EXPECT_EQ(settings.thread_stack_bytes, 512u * 1024);
  EXPECT_EQ(read({}).thread_stack_bytes, 0u);
}

std::size_t stack_of_a_thread() {
  static std::size_t bytes = 0;
  const UniqueHandle thread = start_thread(
      L"test",
      [](void*) {
        ULONG_PTR low = 0;
        ULONG_PTR high = 0;
        ::GetCurrentThreadStackLimits(&low, &high);
        bytes = high - low;
      },
      nullptr
  );
  wait_for(thread);
  return bytes;
}

// Wine rounds small ones up to 1 MiB.
TEST(StartThread, GivesTheStackThatIsSet) {
  const std::size_t usual = stack_of_a_thread();
  set_thread_stack(8 * 1024 * 1024);
  const std::size_t large = stack_of_a_thread();
  set_thread_stack(0);

  EXPECT_EQ(large, 8u * 1024 * 1024);
  EXPECT_EQ(stack_of_a_thread(), usual);
  EXPECT_NE(usual, large);
}

}  // namespace
}  // namespace tenon::mpm
