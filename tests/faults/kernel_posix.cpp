// SPDX-License-Identifier: Apache-2.0
// What the kernel calls instead of the system in the build for tests of faults; the points of the
// plan are the strings below. CMakeLists.txt lists the functions.
#include <cstddef>
#include <new>

#include <sys/syscall.h>
#include <unistd.h>

#include "tests/faults/fails.hpp"

extern "C" {

// The kernel uses it for openat2 alone, to open what it serves.
long __real_syscall(long, ...);
long __wrap_syscall(long number, long folder, const char* path, void* how, std::size_t size) {
  if (number == SYS_openat2 && fails("open")) return -1;
  return __real_syscall(number, folder, path, how, size);
}

ssize_t __real_pread(int, void*, std::size_t, off_t);
ssize_t __wrap_pread(int file, void* into, std::size_t size, off_t offset) {
  return fails("content") ? -1 : __real_pread(file, into, size, offset);
}

void* __real__ZnamRKSt9nothrow_t(std::size_t, const std::nothrow_t&);
void* __wrap__ZnamRKSt9nothrow_t(std::size_t size, const std::nothrow_t& tag) {
  return fails("arena") ? nullptr : __real__ZnamRKSt9nothrow_t(size, tag);
}

}  // extern "C"
