// SPDX-License-Identifier: Apache-2.0
// What the kernel calls instead of the system in the build for tests of faults; the points of the
// plan are the strings below. mpm_win32.cpp says how it works.
#include <cstddef>
#include <new>

#include <windows.h>

#include "tests/faults/fails.hpp"

extern "C" {

extern decltype(&::CreateFileW) __real___imp_CreateFileW;
static HANDLE WINAPI create_file(
    const wchar_t* name,
    DWORD access,
    DWORD sharing,
    SECURITY_ATTRIBUTES* security,
    DWORD disposition,
    DWORD flags,
    HANDLE pattern
) {
  // What it serves is opened so, and nothing else.
  const bool served = (flags & FILE_FLAG_OVERLAPPED) != 0 && (access & FILE_READ_DATA) != 0;
  if (served && fails("open")) return INVALID_HANDLE_VALUE;
  return __real___imp_CreateFileW(name, access, sharing, security, disposition, flags, pattern);
}
decltype(&::CreateFileW) __wrap___imp_CreateFileW = create_file;

extern decltype(&::ReadFile) __real___imp_ReadFile;
static BOOL WINAPI
read_file(HANDLE file, void* into, DWORD size, DWORD* bytes, OVERLAPPED* operation) {
  if (operation != nullptr && fails("content")) return FALSE;
  return __real___imp_ReadFile(file, into, size, bytes, operation);
}
decltype(&::ReadFile) __wrap___imp_ReadFile = read_file;

void* __real__ZnayRKSt9nothrow_t(std::size_t, const std::nothrow_t&);
void* __wrap__ZnayRKSt9nothrow_t(std::size_t size, const std::nothrow_t& tag) {
  return fails("arena") ? nullptr : __real__ZnayRKSt9nothrow_t(size, tag);
}

}  // extern "C"
