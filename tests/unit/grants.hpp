// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

namespace tenon {

// While one lives, memory that the code grants (new (std::nothrow) char[]) can be had `n` times,
// and never more. One at a time, of one thread.
class Grants {
 public:
  explicit Grants(size_t n);
  ~Grants();
  Grants(const Grants&) = delete;
  Grants& operator=(const Grants&) = delete;

  // How often memory was refused.
  size_t refused() const;
};

}  // namespace tenon
