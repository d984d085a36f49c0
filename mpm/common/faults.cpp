// SPDX-License-Identifier: Apache-2.0
#include "common/faults.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

namespace tenon::mpm {
namespace {

constexpr const char* kVariable = "TENON_FAULTS";

// Takes what stands before `separator` off the front of `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Failure<Error> mistaken(std::string_view rule, const std::string& what) {
  return fail(Error{{}, std::string(kVariable) + ": \"" + std::string(rule) + "\" " + what});
}

FaultPlan plan_of_environment(std::string& mistake) {
  const char* text = std::getenv(kVariable);
  Result<FaultPlan> plan = FaultPlan::parse(text != nullptr ? text : "");
  if (plan) return std::move(*plan);
  mistake = plan.error().text();
  return {};
}

struct Planned {
  std::string mistake;
  FaultPlan plan = plan_of_environment(mistake);
};

Planned& planned_here() {
  static Planned planned;
  return planned;
}

}  // namespace

std::uint32_t* FaultPlan::Rule::field(std::string_view key) {
  if (key == "at") return &at;
  if (key == "every") return &every;
  if (key == "count") return &count;
  return key == "error" ? &error : nullptr;
}

bool FaultPlan::Rule::fires(std::uint32_t call, bool& is_last) const {
  const std::uint32_t step = std::max(every, 1u);
  const std::uint32_t first = at != 0 ? at : step;
  const std::uint32_t alone = at != 0 && every == 0 ? 1 : std::numeric_limits<std::uint32_t>::max();
  if (call < first || (call - first) % step != 0) return false;
  const std::uint32_t before = (call - first) / step;
  is_last = before + 1 == count;
  return before < (count != 0 ? count : alone);
}

Result<FaultPlan> FaultPlan::parse(std::string_view text) {
  FaultPlan plan;
  while (!text.empty()) {
    const std::string_view rule = take(text, ';');
    if (rule.empty()) continue;
    if (plan.rules_.size() == kRulesMax) return mistaken(rule, "is one rule too many");
    const Result<Done> added = plan.add(rule);
    if (!added) return fail(added.error());
  }
  return plan;
}

Result<Done> FaultPlan::add(std::string_view text) {
  std::string_view rest = text;
  const std::string_view point = take(rest, ':');
  const bool is_clock = point == "clock";
  Rule& rule = rules_.emplace_back();
  const Result<Done> read = read_point(point, rule);
  if (!read) return read;
  while (!rest.empty()) {
    std::string_view value = take(rest, ',');
    const std::string_view key = take(value, '=');
    const std::optional<std::uint32_t> number = number_in(value);
    std::uint32_t* field = rule.field(key);
    if (is_clock) field = key == "factor" ? &clock_factor_ : nullptr;
    if (field == nullptr) {
      return mistaken(text, "has the unknown key \"" + std::string(key) + "\"");
    }
    if (!number || *number == 0) {
      return mistaken(text, "needs a number above 0 behind \"" + std::string(key) + "\"");
    }
    *field = *number;
  }
  if (is_clock) {
    rules_.pop_back();
  } else if (rule.error == 0) {
    return mistaken(text, "does not say which error=CODE");
  }
  return Done{};
}

Result<Done> FaultPlan::read_point(std::string_view text, Rule& rule) {
  std::string_view index = text;
  rule.point = take(index, '@');
  if (rule.point.empty()) return mistaken(text, "names no point, such as acceptex");
  if (text.find('@') == std::string_view::npos) return Done{};
  rule.index = number_in(index);
  if (!rule.index) return mistaken(text, "needs the number of a listener behind @");
  return Done{};
}

std::uint32_t FaultPlan::next_error(std::string_view point, std::uint32_t index) {
  bool is_over = false;
  return next_error(point, index, is_over);
}

std::uint32_t FaultPlan::next_error(std::string_view point, std::uint32_t index, bool& is_over) {
  std::uint32_t error = 0;
  for (Rule& rule : rules_) {
    if (rule.point != point || rule.index.value_or(index) != index) continue;
    bool is_last = false;
    if (!rule.fires(rule.calls.fetch_add(1, std::memory_order_relaxed) + 1, is_last)) continue;
    is_over = is_over || is_last;
    if (error == 0) error = rule.error;
  }
  return error;
}

namespace planned {

std::uint32_t error(std::string_view point, std::uint32_t index) {
  bool is_over = false;
  const std::uint32_t error = planned_here().plan.next_error(point, index, is_over);
  if (is_over) {
    // In one piece, as other processes write there; and Windows keeps what goes to a pipe.
    std::fputs(("tenon: faults: " + std::string(point) + " is over\n").c_str(), stderr);
    std::fflush(stderr);
  }
  return error;
}

std::uint32_t clock_factor() {
  return planned_here().plan.clock_factor();
}

std::string mistake() {
  return planned_here().mistake;
}

}  // namespace planned
}  // namespace tenon::mpm
