// SPDX-License-Identifier: Apache-2.0
#include "common/endpoint.hpp"

#include <array>
#include <cstddef>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

constexpr std::size_t kGroups = 8;

struct Run {
  std::size_t begin = kGroups;
  std::size_t length = 0;
};

// RFC 5952 §4.2: "::" stands for the first of the longest runs of at least two zero groups.
Run longest_zero_run(const std::array<unsigned, kGroups>& groups) {
  Run longest;
  for (std::size_t i = 0; i < kGroups;) {
    std::size_t end = i;
    while (end < kGroups && groups[end] == 0)
      ++end;
    if (end - i > longest.length) longest = {i, end - i};
    i = end == i ? i + 1 : end;
  }
  return longest.length >= 2 ? longest : Run{};
}

std::string hexadecimal(unsigned group) {
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4) {
    const unsigned digit = (group >> shift) & 0xf;
    if (digit != 0 || !text.empty() || shift == 0) text += "0123456789abcdef"[digit];
  }
  return text;
}

std::string ipv6_text(const std::uint8_t* ip) {
  std::array<unsigned, kGroups> groups = {};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<unsigned>(ip[2 * i] << 8 | ip[2 * i + 1]);
  }
  const Run zeros = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += hexadecimal(groups[i]);
  }
  return text;
}

}  // namespace

std::string endpoint_text(std::uint16_t family, const std::uint8_t* ip, std::uint16_t port) {
  if (family == 6) return "[" + ipv6_text(ip) + "]:" + std::to_string(port);
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    text += std::to_string(ip[i]) + (i < 3 ? "." : ":");
  }
  return text + std::to_string(port);
}

std::vector<const tenon_listener*> listeners_of(const tenon_mpm_config& config) {
  std::vector<const tenon_listener*> all;
  if (config.n_listeners == 0) return all;
  const auto* first = reinterpret_cast<const char*>(config.listeners);
  const std::size_t stride = config.listeners->struct_size;
  for (std::size_t i = 0; i < config.n_listeners; ++i) {
    all.push_back(reinterpret_cast<const tenon_listener*>(first + i * stride));
  }
  return all;
}

std::string cannot_listen(const tenon_listener& listener, const std::string& reason) {
  return "cannot listen on " + std::string(view(listener.address)) +
         " (server.listen, listener \"" + std::string(view(listener.name)) + "\"): " + reason;
}

std::string bound_text(const tenon_listener& listener, std::uint16_t port) {
  return std::string(view(listener.name)) + "=" + endpoint_text(listener.family, listener.ip, port);
}

}  // namespace tenon::mpm
