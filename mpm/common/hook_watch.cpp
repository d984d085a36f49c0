// SPDX-License-Identifier: Apache-2.0
#include "common/hook_watch.hpp"

#include <algorithm>

#include "common/crash_report.hpp"
#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kLookMostMs = 1'000;

}  // namespace

HookWatch::HookWatch(const tenon_section& section, std::uint64_t timeout_ns)
    : section_(&section),
      timeout_ns_(timeout_ns),
      reported_(section.n_threads) {}

std::uint32_t HookWatch::look_every_ms() const {
  if (timeout_ns_ == 0) return kNever;
  const std::uint64_t quarter_ms = timeout_ns_ / 4 / kMillisecond;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(quarter_ms, 1, kLookMostMs));
}

std::vector<HookWatch::Finding> HookWatch::look(std::uint64_t now_ns) {
  std::vector<Finding> findings;
  for (std::uint32_t i = 0; timeout_ns_ != 0 && i < section_->n_threads; ++i) {
    const tenon_thread_slot& slot = thread_slot(*section_, i);
    const std::uint64_t started_ns = load(slot.hook_started_ns);
    if (load(slot.hook_phase) == 0 || now_ns < started_ns + timeout_ns_) continue;
    if (reported_[i] == started_ns) continue;
    reported_[i] = started_ns;
    const bool blocks_others = i < section_->n_io_threads;
    findings.push_back(
        {describe_hook(*section_, i, now_ns) + ", which is beyond hook_timeout" +
             (blocks_others ? "; it holds up the connections of its thread, so the child is ended"
                            : "; its thread is lost until it returns"),
         blocks_others}
    );
  }
  return findings;
}

}  // namespace tenon::mpm
