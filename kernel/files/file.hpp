// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/files.h>

namespace tenon::files {

// The HTTP side of an open file (tenon_file is defined in this folder).
// Its content when it is small and cached (valid until release), else {nullptr, 0}.
tenon_buf content(const tenon_file& file);
// HANDLE (opened for overlapped reading) or fd for TENON_DO_SEND_FILE; -1 when only cached content
// is held.
int64_t os_file(const tenon_file& file);
uint64_t size(const tenon_file& file);
// Closes it. Safe from any thread.
void release(tenon_file* file) noexcept;

// The table behind "tenon.files/1".
const tenon_files& api();

}  // namespace tenon::files
