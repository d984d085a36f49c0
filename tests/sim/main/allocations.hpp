// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace tenon::sim {

// How many blocks of operator new live. Counted in this program alone, and not
// with ThreadSanitizer.
int64_t live_allocations();

}  // namespace tenon::sim
