// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <tenon/cpp/result.hpp>
#include <tenon/option.h>

#include "common/restart_policy.hpp"

namespace tenon::mpm {

// The options that every MPM has. Their indices come first in an MPM's table, its own follow.
enum CommonOption : std::uint32_t {
  kIoThreads,
  kThreadsPerChild,
  kPoolQueue,
  kMaxConnections,
  kMaxConnectionsPerChild,
  kListenBacklog,
  kStartupTimeout,
  kGracefulTimeout,
  kKeepaliveDrain,
  kStopTimeout,
  kHookTimeout,
  kCrashBackoffFirst,
  kCrashBackoffMax,
  kBindTimeout,
  kCommonOptionCount,
};

extern const std::array<tenon_option, kCommonOptionCount> kCommonOptions;

// The MPM's whole table. Its own option i has the index kCommonOptionCount + i.
template <std::size_t N>
std::array<tenon_option, kCommonOptionCount + N> with_common_options(
    const std::array<tenon_option, N>& own
) {
  std::array<tenon_option, kCommonOptionCount + N> all = {};
  for (std::size_t i = 0; i < kCommonOptionCount; ++i)
    all[i] = kCommonOptions[i];
  for (std::size_t i = 0; i < N; ++i)
    all[kCommonOptionCount + i] = own[i];
  return all;
}

struct Settings {
  std::uint32_t io_threads = 1;  // at least 1: 0 in the file means one per processor
  std::uint32_t threads_per_child = 64;
  std::uint32_t pool_queue = 256;
  std::uint32_t max_connections = 10'000;
  std::uint64_t max_connections_per_child = 0;  // 0: no limit
  std::uint32_t listen_backlog = 511;
  std::uint64_t startup_timeout_ns = 0;
  std::uint64_t graceful_timeout_ns = 0;
  std::uint64_t keepalive_drain_ns = 0;
  std::uint64_t stop_timeout_ns = 0;
  std::uint64_t hook_timeout_ns = 0;  // 0: no limit
  BackoffLimits crash_backoff;
  std::uint64_t bind_timeout_ns = 0;
  std::string warning;  // a sentence for the operator; "": none
};

// The kernel has validated the values; an error means that its table is not ours.
Result<Settings> read_settings(const tenon_cfg_api& api, const tenon_cfg* cfg);

}  // namespace tenon::mpm
