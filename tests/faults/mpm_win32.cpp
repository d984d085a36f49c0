// SPDX-License-Identifier: Apache-2.0
// What mpm_winnt calls instead of the system in the build for tests of faults, beside the seams
// that its acceptor has; the points of the plan are the strings below. CMakeLists.txt lists the
// functions: a DLL's function is called through a pointer of the import library, so it is that
// pointer which is replaced.
#include <cstddef>
#include <new>

#include "mpm/winnt/win32.hpp"
#include "tests/faults/fails.hpp"

extern "C" {

extern decltype(&::WSARecv) __real___imp_WSARecv;
static int WSAAPI receive(
    SOCKET socket,
    WSABUF* buffers,
    DWORD count,
    DWORD* bytes,
    DWORD* flags,
    OVERLAPPED* operation,
    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine
) {
  if (fails("recv")) return SOCKET_ERROR;
  return __real___imp_WSARecv(socket, buffers, count, bytes, flags, operation, routine);
}
decltype(&::WSARecv) __wrap___imp_WSARecv = receive;

extern decltype(&::WSASend) __real___imp_WSASend;
static int WSAAPI send_all(
    SOCKET socket,
    WSABUF* buffers,
    DWORD count,
    DWORD* bytes,
    DWORD flags,
    OVERLAPPED* operation,
    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine
) {
  if (fails("send")) return SOCKET_ERROR;
  return __real___imp_WSASend(socket, buffers, count, bytes, flags, operation, routine);
}
decltype(&::WSASend) __wrap___imp_WSASend = send_all;

extern decltype(&::ReadFile) __real___imp_ReadFile;
static BOOL WINAPI
read_file(HANDLE file, void* into, DWORD size, DWORD* bytes, OVERLAPPED* operation) {
  // Pipes to the control process are read without one.
  if (operation != nullptr && fails("read")) return FALSE;
  return __real___imp_ReadFile(file, into, size, bytes, operation);
}
decltype(&::ReadFile) __wrap___imp_ReadFile = read_file;

extern decltype(&::CreateIoCompletionPort) __real___imp_CreateIoCompletionPort;
static HANDLE WINAPI associate(HANDLE file, HANDLE port, ULONG_PTR key, DWORD threads) {
  if (port != nullptr && fails("watch")) return nullptr;
  return __real___imp_CreateIoCompletionPort(file, port, key, threads);
}
decltype(&::CreateIoCompletionPort) __wrap___imp_CreateIoCompletionPort = associate;

// `complete`: what was under way has failed, and the plan's error is an NTSTATUS.
static void spoil(OVERLAPPED_ENTRY& entry) {
  if (entry.lpOverlapped == nullptr) return;
  const std::uint32_t status = tenon::mpm::planned::error("complete", 0);
  if (status == 0) return;
  entry.Internal = entry.lpOverlapped->Internal = status;
  entry.dwNumberOfBytesTransferred = 0;
  entry.lpOverlapped->InternalHigh = 0;
}

extern decltype(&::GetQueuedCompletionStatusEx) __real___imp_GetQueuedCompletionStatusEx;
static BOOL WINAPI dequeue(
    HANDLE port,
    OVERLAPPED_ENTRY* entries,
    ULONG room,
    ULONG* count,
    DWORD milliseconds,
    BOOL alertable
) {
  if (fails("wait")) return FALSE;
  if (!__real___imp_GetQueuedCompletionStatusEx(
          port, entries, room, count, milliseconds, alertable
      )) {
    return FALSE;
  }
  for (ULONG i = 0; i < *count; ++i)
    spoil(entries[i]);
  return TRUE;
}
decltype(&::GetQueuedCompletionStatusEx) __wrap___imp_GetQueuedCompletionStatusEx = dequeue;

extern decltype(&::PostQueuedCompletionStatus) __real___imp_PostQueuedCompletionStatus;
static BOOL WINAPI post(HANDLE port, DWORD bytes, ULONG_PTR key, OVERLAPPED* operation) {
  if (fails("post")) return FALSE;
  return __real___imp_PostQueuedCompletionStatus(port, bytes, key, operation);
}
decltype(&::PostQueuedCompletionStatus) __wrap___imp_PostQueuedCompletionStatus = post;

void* __real__ZnayRKSt9nothrow_t(std::size_t, const std::nothrow_t&);
void* __wrap__ZnayRKSt9nothrow_t(std::size_t size, const std::nothrow_t& tag) {
  return fails("buffer") ? nullptr : __real__ZnayRKSt9nothrow_t(size, tag);
}

}  // extern "C"
