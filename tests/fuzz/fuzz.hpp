// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

// What every target shares. A target is a function of its name in tenon::fuzz that gets an input
// and aborts when something that must hold does not.
namespace tenon::fuzz {

// One line per target: tests/fuzz/NAME.cpp.
#define TENON_FUZZ_TARGETS(X) \
  X(body)                     \
  X(conditions)               \
  X(config)                   \
  X(handshake)                \
  X(http_date)                \
  X(mime)                     \
  X(path)                     \
  X(request_head)             \
  X(session)                  \
  X(snapshot)                 \
  X(target)

#define TENON_FUZZ_DECLARE(name) void name(std::string_view input);
TENON_FUZZ_TARGETS(TENON_FUZZ_DECLARE)
#undef TENON_FUZZ_DECLARE

// `fact` must hold, else the input is a finding; `otherwise` says what is wrong.
void check(bool fact, const char* otherwise);
// Named by check(): the file that runs now, in a unit test.
void name_input(std::string_view name);

}  // namespace tenon::fuzz
