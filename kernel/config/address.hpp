// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>

namespace tenon::config {

struct Address {
  uint16_t family = 4;  // 4 or 6
  uint16_t port = 0;    // 0: the system chooses
  std::array<uint8_t, 16> ip{};

  bool operator==(const Address&) const = default;
};

// "127.0.0.1:8080" or "[::1]:8080". Names are not resolved: what a server listens on must not
// depend on the answer of another one. The error is a sentence without the address itself.
Result<Address, std::string> parse_address(std::string_view text);

}  // namespace tenon::config
