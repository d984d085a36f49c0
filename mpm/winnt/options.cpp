// SPDX-License-Identifier: Apache-2.0
#include "winnt/options.hpp"

#include <array>
#include <string_view>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

constexpr std::array<tenon_option, 5> kOwnOptions = {{
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
}};

std::string_view accept_filter(const tenon_cfg_api& api, const tenon_cfg* cfg) {
  tenon_str filter{};
  return api.str(cfg, kAcceptFilter, &filter) == TENON_OK ? view(filter) : std::string_view();
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
  if (api.i64(cfg, kWin32DisableAcceptEx, &disable) != TENON_OK ||
      api.i64(cfg, kAcceptsPerListener, &accepts) != TENON_OK ||
      api.i64(cfg, kMinidumps, &minidumps) != TENON_OK ||
      api.i64(cfg, kJobMemoryLimit, &memory) != TENON_OK || accept_filter(api, cfg).empty()) {
    return fail(Error{{}, "the options of [mpm.winnt] cannot be read"});
  }
  settings.use_accept_ex = disable == 0 && accept_filter(api, cfg) != "none";
  settings.minidumps = minidumps != 0;
  settings.job_memory_limit = static_cast<std::uint64_t>(memory);
  settings.accepts_per_listener = static_cast<std::uint32_t>(accepts);
  return settings;
}

}  // namespace tenon::mpm
