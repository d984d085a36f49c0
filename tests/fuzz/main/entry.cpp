// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/fuzz.hpp"

// What libFuzzer calls; TENON_FUZZ_TARGET is the target's name.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tenon::fuzz::TENON_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
