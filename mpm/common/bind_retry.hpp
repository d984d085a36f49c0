// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

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

}  // namespace tenon::mpm
