// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one place that includes the system's headers, because their order matters.
// clang-format off
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
// clang-format on

#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>
#include <tenon/cpp/unique_resource.hpp>

namespace tenon::mpm {

struct SocketTraits {
  using Value = SOCKET;
  static Value invalid() noexcept { return INVALID_SOCKET; }
  static void close(Value value) noexcept { ::closesocket(value); }
};
using UniqueSocket = UniqueResource<SocketTraits>;

// What CreateEvent, CreateIoCompletionPort, CreateProcess and their like return: invalid is null.
struct HandleTraits {
  using Value = HANDLE;
  static Value invalid() noexcept { return nullptr; }
  static void close(Value value) noexcept { ::CloseHandle(value); }
};
using UniqueHandle = UniqueResource<HandleTraits>;

// A view of a section, unmapped at the end.
struct MappingTraits {
  using Value = void*;
  static Value invalid() noexcept { return nullptr; }
  static void close(Value value) noexcept { ::UnmapViewOfFile(value); }
};
using UniqueMapping = UniqueResource<MappingTraits>;

inline HANDLE as_handle(SOCKET socket) {
  return reinterpret_cast<HANDLE>(socket);
}
inline HANDLE as_handle(std::int64_t value) {
  return reinterpret_cast<HANDLE>(static_cast<std::intptr_t>(value));
}
inline std::uint64_t as_number(HANDLE handle) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(handle));
}

// Holds an SRW lock for the length of a block.
class SrwGuard {
 public:
  explicit SrwGuard(SRWLOCK& lock) : lock_(lock) { ::AcquireSRWLockExclusive(&lock_); }
  ~SrwGuard() { ::ReleaseSRWLockExclusive(&lock_); }
  SrwGuard(const SrwGuard&) = delete;
  SrwGuard& operator=(const SrwGuard&) = delete;

 private:
  SRWLOCK& lock_;
};

// Winsock is up as long as one of these lives.
class WinsockScope {
 public:
  WinsockScope();
  ~WinsockScope();
  WinsockScope(const WinsockScope&) = delete;
  WinsockScope& operator=(const WinsockScope&) = delete;
};

// The calling thread's last error (Winsock's is the same), with what we were doing.
Error last_error(std::string_view context);
Error system_error(DWORD code, std::string_view context);

std::wstring widen(std::string_view utf8);
std::string narrow(std::wstring_view text);

// An auto-reset event for one waiter or a manual-reset one that stays set for all. Creating an
// event fails only when the process is out of memory or handles, which ends it.
enum class EventReset { Automatic, Manual };
UniqueHandle make_event(EventReset reset);

// The stack of threads that are started from now on, in this process; 0: as the program file says.
void set_thread_stack(std::uint32_t bytes);

// Starts `run(context)` on a new thread. `name` shows in debuggers.
UniqueHandle start_thread(const wchar_t* name, void (*run)(void* context), void* context);

// Waits without an end for a thread, or for any other object that is sure to be signalled.
void wait_for(const UniqueHandle& object);

// The error of a finished operation as a Win32 code. OVERLAPPED::Internal holds an NTSTATUS; this
// is the only place where it is translated.
DWORD completion_error(OVERLAPPED& finished);

// Whole milliseconds until `deadline_ns`, rounded up so that nobody wakes too early; INFINITE for
// 0.
DWORD milliseconds_until(std::uint64_t deadline_ns, std::uint64_t now_ns);

}  // namespace tenon::mpm
