// SPDX-License-Identifier: Apache-2.0
#include "winnt/options.hpp"

#include <array>
#include <string_view>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

constexpr double kSocketBufferMax = 64.0 * 1024 * 1024;

constexpr std::array<tenon_option, 9> kOwnOptions = {{
    {sizeof(tenon_option),
     TENON_T_BOOL,
     0,
     TENON_IN_SERVER,
     "win32_disable_acceptex",
     "Accept with accept() instead of AcceptEx, for machines whose network filters break AcceptEx.",
     "false",
     nullptr,
     1,
     0,
     "Win32DisableAcceptEx|DisableWin32AcceptEx"},
    {sizeof(tenon_option),
     TENON_T_ENUM,
     0,
     TENON_IN_SERVER,
     "accept_filter",
     "\"connect\": AcceptEx that waits for a connection; \"none\": accept(). There is no \"data\": "
     "with it a few clients that send nothing would stop the port.",
     "\"connect\"",
     "connect|none",
     1,
     0,
     "AcceptFilter"},
    {sizeof(tenon_option),
     TENON_T_INT,
     0,
     TENON_IN_SERVER,
     "accepts_per_listener",
     "How many AcceptEx calls wait on each listener.",
     "8",
     nullptr,
     1,
     64,
     nullptr},
    {sizeof(tenon_option),
     TENON_T_BOOL,
     0,
     TENON_IN_SERVER,
     "minidumps",
     "Write a minidump of a child that crashes to run/dumps, where the last ten are kept.",
     "true",
     nullptr,
     1,
     0,
     nullptr},
    {sizeof(tenon_option),
     TENON_T_SIZE,
     0,
     TENON_IN_SERVER,
     "job_memory_limit",
     "How much memory a child and the processes that it starts may commit; 0: no limit.",
     "0",
     nullptr,
     0,
     1e15,
     nullptr},
    {sizeof(tenon_option),
     TENON_T_SIZE,
     0,
     TENON_IN_SERVER,
     "receive_buffer_size",
     "How much the system may hold of what a client sends (SO_RCVBUF); 0: the system's choice.",
     "0",
     nullptr,
     0,
     kSocketBufferMax,
     "ReceiveBufferSize"},
    {sizeof(tenon_option),
     TENON_T_SIZE,
     0,
     TENON_IN_SERVER,
     "send_buffer_size",
     "How much the system may hold of what a client has yet to take (SO_SNDBUF); 0: the system's "
     "choice.",
     "0",
     nullptr,
     0,
     kSocketBufferMax,
     "SendBufferSize"},
    {sizeof(tenon_option),
     TENON_T_SIZE,
     0,
     TENON_IN_SERVER,
     "thread_stack_size",
     "The stack of every thread that the child starts once it knows its configuration; without it "
     "the program file says.",
     nullptr,
     nullptr,
     256.0 * 1024,
     256.0 * 1024 * 1024,
     "ThreadStackSize"},
    {sizeof(tenon_option),
     TENON_T_STRING,
     0,
     TENON_IN_SERVER,
     "service_account",
     "As whom the Windows service runs, from its installation on. \"\": an account of its own, NT "
     "SERVICE\\NAME, which may write to logs and run only; \"LocalSystem\"; or an account that "
     "needs no password.",
     "\"\"",
     nullptr,
     0,
     0,
     nullptr},
}};

std::string_view accept_filter(const tenon_cfg_api& api, const tenon_cfg* cfg) {
  tenon_str filter{};
  return api.str(cfg, kAcceptFilter, &filter) == TENON_OK ? view(filter) : std::string_view();
}

// Of an option without a default.
Result<std::uint64_t, tenon_status> optional(
    const tenon_cfg_api& api, const tenon_cfg* cfg, std::uint32_t option, std::uint64_t otherwise
) {
  std::int64_t value = 0;
  const tenon_status status = api.i64(cfg, option, &value);
  if (status == TENON_E_NOT_FOUND) return otherwise;
  if (status != TENON_OK || value < 0) return fail(status);
  return static_cast<std::uint64_t>(value);
}

bool read_accepting(const tenon_cfg_api& api, const tenon_cfg* cfg, WinntSettings& settings) {
  const auto receive = optional(api, cfg, kReceiveBufferSize, 0);
  const auto send = optional(api, cfg, kSendBufferSize, 0);
  const auto stack = optional(api, cfg, kThreadStackSize, 0);
  if (!receive || !send || !stack) return false;
  settings.receive_buffer_bytes = static_cast<int>(*receive);
  settings.send_buffer_bytes = static_cast<int>(*send);
  settings.thread_stack_bytes = static_cast<std::uint32_t>(*stack);
  return true;
}

}  // namespace

std::span<const tenon_option> winnt_options() {
  static const auto all = with_common_options(kOwnOptions);
  return all;
}

Result<WinntSettings> read_winnt_settings(const tenon_cfg_api& api, const tenon_cfg* cfg) {
  Result<Settings> common = read_settings(api, cfg);
  if (!common) return fail(common.error());
  WinntSettings settings;
  settings.common = *common;
  std::int64_t disable = 0;
  std::int64_t accepts = 0;
  std::int64_t minidumps = 0;
  std::int64_t memory = 0;
  tenon_str account{};
  if (api.i64(cfg, kWin32DisableAcceptEx, &disable) != TENON_OK ||
      api.i64(cfg, kAcceptsPerListener, &accepts) != TENON_OK ||
      api.i64(cfg, kMinidumps, &minidumps) != TENON_OK ||
      api.i64(cfg, kJobMemoryLimit, &memory) != TENON_OK ||
      api.str(cfg, kServiceAccount, &account) != TENON_OK || accept_filter(api, cfg).empty() ||
      !read_accepting(api, cfg, settings)) {
    return fail(Error{{}, "the options of [mpm.winnt] cannot be read"});
  }
  settings.use_accept_ex = disable == 0 && accept_filter(api, cfg) != "none";
  settings.minidumps = minidumps != 0;
  settings.service_account = std::string(view(account));
  settings.job_memory_limit = static_cast<std::uint64_t>(memory);
  settings.accepts_per_listener = static_cast<std::uint32_t>(accepts);
  return settings;
}

}  // namespace tenon::mpm
