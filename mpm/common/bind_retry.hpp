// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "common/clock.hpp"
#include "common/plan.hpp"

namespace tenon::mpm {

// How long an address is tried again that somebody holds. A control process that takes the place of
// one that died meets the address in the hands of the other's child, which drains.
class BindRetry {
 public:
  static constexpr std::uint64_t kPauseNs = 250'000'000;

  BindRetry(std::uint64_t timeout_ns, std::uint64_t now_ns) : until_ns_(now_ns + timeout_ns) {}

  // After an attempt that failed: nanoseconds until the next one; none: the time is over.
  std::optional<std::uint64_t> pause_ns(std::uint64_t now_ns) {
    ++failures_;
    if (now_ns >= until_ns_) return std::nullopt;
    return std::min(kPauseNs, until_ns_ - now_ns);
  }
  // Whether the last attempt was the first that failed, which the operator should hear of.
  bool is_first() const { return failures_ == 1; }

 private:
  const std::uint64_t until_ns_;
  std::uint32_t failures_ = 0;
};

// Waits for so many nanoseconds; false: something came up that does not let it wait.
using Pause = std::function<bool(std::uint64_t ns)>;

struct Patience {
  const tenon_control_host& host;
  std::uint64_t timeout_ns = 0;
  Pause pause;
};

// Tries an address that somebody holds again, and says so once.
template <class Listener>
OpenListener<Listener> patiently(Patience patience, OpenListener<Listener> open) {
  return [patience = std::move(patience), open = std::move(open)](
             const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble
         ) -> Result<Listener> {
    BindRetry retry(patience.timeout_ns, monotonic_now_ns());
    for (;;) {
      Result<Listener> opened = open(listener, backlog, trouble);
      if (opened || trouble != ListenTrouble::Taken) return opened;
      const std::optional<std::uint64_t> pause_ns = retry.pause_ns(monotonic_now_ns());
      if (!pause_ns) return opened;
      if (retry.is_first()) {
        const std::string text = opened.error().text() + "; trying again for " +
                                 std::to_string(patience.timeout_ns / 1'000'000) +
                                 " ms (bind_timeout)";
        const tenon_control_host& host = patience.host;
        host.report(host.context, TENON_LOG_WARN, listener.place, str(text));
      }
      if (!patience.pause(*pause_ns)) return opened;
    }
  };
}

}  // namespace tenon::mpm
