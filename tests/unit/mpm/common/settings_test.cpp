// SPDX-License-Identifier: Apache-2.0
#include "common/settings.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Stands for the kernel's configuration: the value of every option is 1000 + its index.
tenon_status TENON_CALL read_index(const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
  *out = 1000 + option;
  return TENON_OK;
}
tenon_status TENON_CALL read_zero(const tenon_cfg*, std::uint32_t, std::int64_t* out) {
  *out = 0;
  return TENON_OK;
}
tenon_status TENON_CALL read_nothing(const tenon_cfg*, std::uint32_t, std::int64_t*) {
  return TENON_E_NOT_FOUND;
}

tenon_cfg_api api_with(decltype(tenon_cfg_api::i64) i64) {
  tenon_cfg_api api{};
  api.struct_size = sizeof api;
  api.i64 = i64;
  return api;
}

TEST(Settings, AreReadByIndex) {
  const Result<Settings> settings = read_settings(api_with(read_index), nullptr);

  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->io_threads, 1000u + kIoThreads);
  EXPECT_EQ(settings->threads_per_child, 1000u + kThreadsPerChild);
  EXPECT_EQ(settings->pool_queue, 1000u + kPoolQueue);
  EXPECT_EQ(settings->max_connections, 1000u + kMaxConnections);
  EXPECT_EQ(settings->listen_backlog, 1000u + kListenBacklog);
  EXPECT_EQ(settings->startup_timeout_ns, 1000u + kStartupTimeout);
  EXPECT_EQ(settings->graceful_timeout_ns, 1000u + kGracefulTimeout);
  EXPECT_EQ(settings->keepalive_drain_ns, 1000u + kKeepaliveDrain);
  EXPECT_EQ(settings->stop_timeout_ns, 1000u + kStopTimeout);
}

TEST(Settings, TakeZeroIoThreadsAsTheProcessors) {
  const Result<Settings> settings = read_settings(api_with(read_zero), nullptr);

  ASSERT_TRUE(settings);
  EXPECT_GE(settings->io_threads, 1u);
}

TEST(Settings, GiveAnAddressTheTimeOfADrainingChild) {
  const auto without = [](const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
    *out = option == kGracefulTimeout ? 30 * kSecond : 1;
    return tenon_status{option == kBindTimeout ? TENON_E_NOT_FOUND : TENON_OK};
  };
  const Result<Settings> settings = read_settings(api_with(without), nullptr);

  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->bind_timeout_ns, 40u * kSecond);
  EXPECT_EQ(settings->warning, "");
}

TEST(Settings, WarnOfABindTimeoutThatIsTooShort) {
  const auto too_short = [](const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
    *out = option == kGracefulTimeout ? 30 * kSecond : 40 * kSecond - 1;
    return tenon_status{TENON_OK};
  };
  const auto enough = [](const tenon_cfg*, std::uint32_t option, std::int64_t* out) {
    *out = option == kGracefulTimeout ? 0 : 10 * kSecond;
    return tenon_status{TENON_OK};
  };
  const Result<Settings> settings = read_settings(api_with(too_short), nullptr);

  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->bind_timeout_ns, 40u * kSecond - 1);
  EXPECT_THAT(settings->warning, testing::HasSubstr("bind_timeout"));
  EXPECT_EQ(read_settings(api_with(enough), nullptr)->warning, "");
}

TEST(Settings, NameTheOptionThatCannotBeRead) {
  const Result<Settings> settings = read_settings(api_with(read_nothing), nullptr);

  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().text(), "MPM option io_threads cannot be read");
}

TEST(CommonOptions, AreWellFormed) {
  std::set<std::string> names;
  for (const tenon_option& option : kCommonOptions) {
    EXPECT_EQ(option.struct_size, sizeof(tenon_option));
    EXPECT_EQ(option.scopes, TENON_IN_SERVER + 0u);
    EXPECT_EQ(option.default_toml == nullptr, std::string(option.name) == "bind_timeout");
    EXPECT_LT(option.min, option.max);
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
  }
}

TEST(CommonOptions, ComeBeforeAnMpmsOwn) {
  tenon_option own{};
  own.name = "own";

  const auto all = with_common_options(std::array<tenon_option, 1>{own});

  EXPECT_STREQ(all[kStopTimeout].name, "stop_timeout");
  EXPECT_STREQ(all[kCommonOptionCount].name, "own");
}

}  // namespace
}  // namespace tenon::mpm
