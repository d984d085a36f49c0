// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tenon::http {

// Why a request is answered by the kernel itself. `status` 0: it is not refused.
struct Refusal {
  int status = 0;
  const char* why = "";  // for the debug log; a literal

  explicit operator bool() const { return status != 0; }
};

}  // namespace tenon::http
