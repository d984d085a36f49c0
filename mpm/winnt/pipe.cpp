// SPDX-License-Identifier: Apache-2.0
#include "winnt/pipe.hpp"

namespace tenon::mpm {

std::size_t read_pipe(HANDLE pipe, std::span<char> into) {
  DWORD bytes = 0;
  // A write of no bytes makes a read return none, which is not the end.
  while (::ReadFile(pipe, into.data(), static_cast<DWORD>(into.size()), &bytes, nullptr)) {
    if (bytes > 0) return bytes;
  }
  return 0;
}

bool write_pipe(HANDLE pipe, std::string_view bytes) {
  while (!bytes.empty()) {
    DWORD written = 0;
    if (!::WriteFile(pipe, bytes.data(), static_cast<DWORD>(bytes.size()), &written, nullptr)) {
      return false;
    }
    bytes.remove_prefix(written);
  }
  return true;
}

}  // namespace tenon::mpm
