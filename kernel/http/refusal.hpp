// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tenon::http {

// Why a request is answered by the kernel itself. `status` 0: it is not refused.
struct Refusal {
  int status = 0;
  const char* why = "";  // for the debug log; a literal

  explicit operator bool() const { return status != 0; }
};

// Arenas are larger than all that a head may need, so it is the system that has none left.
inline constexpr Refusal kNoMemory{503, "there is no memory for the request"};

}  // namespace tenon::http
