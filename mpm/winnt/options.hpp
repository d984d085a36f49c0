// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include <tenon/cpp/result.hpp>
#include <tenon/mpm.h>

#include "common/settings.hpp"

namespace tenon::mpm {

// The options of [mpm.winnt]: the common ones, then our own.
enum WinntOption : std::uint32_t {
  kWin32DisableAcceptEx = kCommonOptionCount,
  kAcceptFilter,
  kAcceptsPerListener,
  kMinidumps,
  kJobMemoryLimit,
  kReceiveBufferSize,
  kSendBufferSize,
  kThreadStackSize,
  kServiceAccount,
};

std::span<const tenon_option> winnt_options();

struct WinntSettings {
  Settings common;
  bool use_accept_ex = true;
  std::uint32_t accepts_per_listener = 8;
  bool minidumps = true;
  std::uint64_t job_memory_limit = 0;  // bytes; 0: none
  int receive_buffer_bytes = 0;        // of accepted sockets; 0: what the system gives
  int send_buffer_bytes = 0;
  std::uint32_t thread_stack_bytes = 0;  // 0: as the program file says
  std::string service_account;           // "": the service's virtual account
};

Result<WinntSettings> read_winnt_settings(const tenon_cfg_api& api, const tenon_cfg* cfg);

}  // namespace tenon::mpm
