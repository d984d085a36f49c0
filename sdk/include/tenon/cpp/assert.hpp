// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <cstdlib>

namespace tenon {

[[noreturn]] inline void assertion_failed(
    const char* condition, const char* file, int line
) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace tenon

// An assertion is a proof about our own code and stays on in release builds; no byte from the
// network, a module or a config file may ever trip one.
#define TENON_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::tenon::assertion_failed(#condition, __FILE__, __LINE__))
