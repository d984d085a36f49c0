// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// Blocks until something was read; 0: the other end is closed.
std::size_t read_pipe(HANDLE pipe, std::span<char> into);
// Blocks until all is written. False: the other end is closed.
bool write_pipe(HANDLE pipe, std::string_view bytes);

}  // namespace tenon::mpm
