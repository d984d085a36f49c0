// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>

namespace tenon::mpm {

// Errors on demand, for tests of what no test can make the system do. tests/faults has the calls
// that fail, put in place by the linker. What it cannot reach has seams in the code: only where
// TENON_FAULTS is defined do the functions at the end do anything. Nothing of faults.cpp gets into
// what ships (dist/lint/faults.sh looks).
//
// The variable TENON_FAULTS has the plan, "POINT:KEY=N,...;...":
//   acceptex:every=3,error=10022;accept:count=5,error=10055;acceptex@1:at=10,error=64;clock:factor=60
// A rule is about each call that passes its point, or those of one listener (@INDEX). `every`: each
// N-th one fails; `count`: the first N do; `at`: the N-th one does, or `count` ones from there on.
// When the last one of `count` has failed, stderr says "tenon: faults: POINT is over".
// `clock` makes long waits shorter.
class FaultPlan {
 public:
  static constexpr std::size_t kRulesMax = 64;

  static Result<FaultPlan> parse(std::string_view text);

  // The error that this call at `point` fails with; 0: it does not. [any]
  std::uint32_t next_error(std::string_view point, std::uint32_t index = 0);
  // The same, and whether a rule was followed for the last time.
  std::uint32_t next_error(std::string_view point, std::uint32_t index, bool& is_over);
  std::uint32_t clock_factor() const { return clock_factor_; }

 private:
  struct Rule {
    std::string point;
    std::optional<std::uint32_t> index;
    std::uint32_t at = 0;
    std::uint32_t every = 0;
    std::uint32_t count = 0;
    std::uint32_t error = 0;
    std::atomic<std::uint32_t> calls = 0;

    std::uint32_t* field(std::string_view key);
    bool fires(std::uint32_t call, bool& is_last) const;
  };

  Result<Done> add(std::string_view text);
  Result<Done> read_point(std::string_view text, Rule& rule);

  std::deque<Rule> rules_;
  std::uint32_t clock_factor_ = 1;
};

// The plan of this process.
namespace planned {
std::uint32_t error(std::string_view point, std::uint32_t index);
std::uint32_t clock_factor();
std::string mistake();
}  // namespace planned

#ifdef TENON_FAULTS
constexpr bool kHasFaults = true;
#else
constexpr bool kHasFaults = false;
#endif

// 0: nothing is injected here and now.
inline std::uint32_t injected_error(
    [[maybe_unused]] std::string_view point, [[maybe_unused]] std::uint32_t index = 0
) {
  if constexpr (kHasFaults) return planned::error(point, index);
  return 0;
}

// A wait that is too long for tests.
inline std::uint32_t hurried_ms(std::uint32_t milliseconds) {
  if constexpr (kHasFaults) return milliseconds / planned::clock_factor();
  return milliseconds;
}

// A sentence about TENON_FAULTS; "": it is fine.
inline std::string faults_mistake() {
  if constexpr (kHasFaults) return planned::mistake();
  return {};
}

}  // namespace tenon::mpm
