// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "mpm/common/faults.hpp"

// Included by a file of each binary that fails on demand. Whether this call has to fail by the
// plan; the system's error is set then.
#if defined(_WIN32)
#include <windows.h>
static void set_last_error(std::uint32_t error) {
  ::SetLastError(error);
}
#else
#include <cerrno>
static void set_last_error(std::uint32_t error) {
  errno = static_cast<int>(error);
}
#endif

static bool fails(std::string_view point) {
  const std::uint32_t error = tenon::mpm::planned::error(point, 0);
  if (error != 0) set_last_error(error);
  return error != 0;
}
