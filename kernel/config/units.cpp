// SPDX-License-Identifier: Apache-2.0
#include "config/units.hpp"

#include <algorithm>
#include <span>

#include "base/text.hpp"

namespace tenon::config {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

// Greatest first, so that formatting finds the shortest form.
constexpr Unit kDurations[] = {
    {"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}};
constexpr Unit kSizes[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};

std::optional<int64_t> parse(std::string_view text, std::span<const Unit> units) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<uint64_t> number = parse_u64(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (text.substr(digits) != unit.name) continue;
    if (*number > static_cast<uint64_t>(INT64_MAX / unit.factor)) return std::nullopt;
    return static_cast<int64_t>(*number) * unit.factor;
  }
  return std::nullopt;
}

std::string format(int64_t value, std::span<const Unit> units, std::string_view smallest) {
  for (const Unit& unit : units) {
    if (value == 0 || value % unit.factor != 0) continue;
    return std::to_string(value / unit.factor) + std::string(unit.name);
  }
  return std::to_string(value) + std::string(value == 0 ? "" : smallest);
}

}  // namespace

std::optional<int64_t> parse_duration(std::string_view text) {
  return parse(text, kDurations);
}

std::optional<int64_t> parse_size(std::string_view text) {
  return parse(text, kSizes);
}

std::string format_duration(int64_t ns) {
  return format(ns, kDurations, "ns");
}

std::string format_size(int64_t bytes) {
  return format(bytes, kSizes, "");
}

}  // namespace tenon::config
