// SPDX-License-Identifier: Apache-2.0
#include "config/address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.hpp"

namespace tenon::config {
namespace {

constexpr size_t kGroups = 8;  // of an IPv6 address

using Ip = std::array<uint8_t, 16>;

std::optional<Ip> parse_ipv4(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  Ip ip{};
  for (size_t i = 0; i < 4; ++i) {
    const std::optional<uint64_t> value = parse_u64(parts[i]);
    // "010" is 8 to some programs and 10 to others: refuse it.
    const bool ambiguous = parts[i].size() > 1 && parts[i][0] == '0';
    if (!value || *value > 255 || ambiguous) return std::nullopt;
    ip[i] = static_cast<uint8_t>(*value);
  }
  return ip;
}

std::optional<uint16_t> parse_group(std::string_view text) {
  uint16_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (text.empty() || text.size() > 4 || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// The groups on one side of "::"; the last one may be an IPv4 address, which fills two.
std::optional<std::vector<uint16_t>> parse_groups(std::string_view text, bool ipv4_at_end) {
  std::vector<uint16_t> groups;
  if (text.empty()) return groups;
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() > kGroups) return std::nullopt;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (ipv4_at_end && i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
      const std::optional<Ip> ip = parse_ipv4(parts[i]);
      if (!ip) return std::nullopt;
      groups.push_back(static_cast<uint16_t>((*ip)[0] << 8 | (*ip)[1]));
      groups.push_back(static_cast<uint16_t>((*ip)[2] << 8 | (*ip)[3]));
      continue;
    }
    const std::optional<uint16_t> group = parse_group(parts[i]);
    if (!group) return std::nullopt;
    groups.push_back(*group);
  }
  return groups;
}

void store(Ip& ip, size_t first_group, const std::vector<uint16_t>& groups) {
  for (const uint16_t group : groups) {
    ip[first_group * 2] = static_cast<uint8_t>(group >> 8);
    ip[first_group * 2 + 1] = static_cast<uint8_t>(group & 0xFF);
    ++first_group;
  }
}

// RFC 4291 §2.2: eight groups, or fewer around one "::" that stands for at least one of zeros.
std::optional<Ip> parse_ipv6(std::string_view text) {
  const size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto head = parse_groups(text.substr(0, gap), !has_gap);
  const auto tail = parse_groups(has_gap ? text.substr(gap + 2) : std::string_view(), true);
  if (!head || !tail) return std::nullopt;
  const size_t given = head->size() + tail->size();
  if (has_gap ? given >= kGroups : given != kGroups) return std::nullopt;
  Ip ip{};
  store(ip, 0, *head);
  store(ip, kGroups - tail->size(), *tail);
  return ip;
}

std::string about_host(std::string_view host, std::string_view port) {
  const std::string any = "0.0.0.0:" + std::string(port);
  if (host.empty() || host == "*") {
    return "name the addresses: write \"" + any +
           "\" for every IPv4 address, or \"[::]:" + std::string(port) + "\" for IPv6";
  }
  if (host.find(':') != std::string_view::npos) {
    return "write an IPv6 address in brackets, such as \"[::1]:8080\"";
  }
  if (equal_no_case(host, "localhost")) {
    return "names are not resolved; write \"127.0.0.1:" + std::string(port) + "\"";
  }
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  if (numeric) return quote(host) + " is not an IPv4 address of four numbers from 0 to 255";
  return "names are not resolved; write a numeric address such as \"" + any + "\"";
}

Result<uint16_t, std::string> parse_port(std::string_view text) {
  const std::optional<uint64_t> port = parse_u64(text);
  if (port && *port <= 65535) return static_cast<uint16_t>(*port);
  return fail("the port " + quote(text) + " is not a number from 0 to 65535");
}

Result<Address, std::string> parse_bracketed(std::string_view text) {
  const size_t close = text.find(']');
  if (close == std::string_view::npos) return fail<std::string>("the bracket is not closed");
  const std::string_view host = text.substr(1, close - 1);
  const std::string_view rest = text.substr(close + 1);
  if (!rest.starts_with(':')) {
    return fail<std::string>("the port is missing; write it as \"[::1]:8080\"");
  }
  const Result<uint16_t, std::string> port = parse_port(rest.substr(1));
  if (!port) return fail(port.error());
  const std::optional<Ip> ip = parse_ipv6(host);
  if (ip) return Address{6, *port, *ip};
  const bool zone = host.find('%') != std::string_view::npos;
  return fail(
      quote(host) + (zone ? " has a zone, which is not supported" : " is not an IPv6 address")
  );
}

}  // namespace

Result<Address, std::string> parse_address(std::string_view text) {
  if (text.starts_with('[')) return parse_bracketed(text);
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    const bool only_port = !text.empty() && parse_u64(text).has_value();
    return fail(
        only_port ? "write the address too: \"0.0.0.0:" + std::string(text) + "\""
                  : std::string("the port is missing; write it as \"127.0.0.1:8080\"")
    );
  }
  const std::string_view host = text.substr(0, colon);
  const Result<uint16_t, std::string> port = parse_port(text.substr(colon + 1));
  if (!port) return fail(port.error());
  const std::optional<Ip> ip = parse_ipv4(host);
  if (!ip) return fail(about_host(host, text.substr(colon + 1)));
  return Address{4, *port, *ip};
}

}  // namespace tenon::config
