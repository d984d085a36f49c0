// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <new>

namespace tenon {

// Memory of a size that clients decide, such as an arena's block or a body; null: the system has
// none now, so that who wanted it is turned away and everybody else is served on. Where anything
// else that the kernel allocates cannot be had, the child ends and is replaced.
inline std::unique_ptr<char[]> grant(size_t bytes) {
  return std::unique_ptr<char[]>(new (std::nothrow) char[bytes]);
}

}  // namespace tenon
