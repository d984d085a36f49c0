// SPDX-License-Identifier: Apache-2.0
#include "winnt/win32.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <system_error>

#include <tenon/cpp/assert.hpp>

#include <process.h>

namespace tenon::mpm {
namespace {

struct ThreadStart {
  void (*run)(void* context);
  void* context;
};

std::atomic<std::uint32_t> thread_stack_bytes = 0;

unsigned __stdcall thread_entry(void* argument) {
  const ThreadStart start = *static_cast<ThreadStart*>(argument);
  delete static_cast<ThreadStart*>(argument);
  start.run(start.context);
  return 0;
}

// SetThreadDescription exists from Windows 10 1607 on and in no import library of ours.
void name_thread(HANDLE thread, const wchar_t* name) {
  using SetDescription = HRESULT(WINAPI*)(HANDLE, PCWSTR);
  const HMODULE kernel32 = ::GetModuleHandleW(L"kernel32.dll");
  const FARPROC found = kernel32 ? ::GetProcAddress(kernel32, "SetThreadDescription") : nullptr;
  if (!found) return;
  reinterpret_cast<SetDescription>(reinterpret_cast<void*>(found))(thread, name);
}

}  // namespace

WinsockScope::WinsockScope() {
  WSADATA data;
  const int error = ::WSAStartup(MAKEWORD(2, 2), &data);
  TENON_ASSERT(error == 0);
}

WinsockScope::~WinsockScope() {
  ::WSACleanup();
}

Error last_error(std::string_view context) {
  return system_error(::GetLastError(), context);
}

Error system_error(DWORD code, std::string_view context) {
  return Error{
      std::error_code(static_cast<int>(code), std::system_category()), std::string(context)};
}

std::string narrow(std::wstring_view text) {
  const auto units = static_cast<int>(text.size());
  const int bytes =
      ::WideCharToMultiByte(CP_UTF8, 0, text.data(), units, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<std::size_t>(bytes), '\0');
  ::WideCharToMultiByte(CP_UTF8, 0, text.data(), units, utf8.data(), bytes, nullptr, nullptr);
  return utf8;
}

std::wstring widen(std::string_view utf8) {
  const int bytes = static_cast<int>(utf8.size());
  const int units = ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, nullptr, 0);
  std::wstring wide(static_cast<std::size_t>(units), L'\0');
  ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, wide.data(), units);
  return wide;
}

UniqueHandle make_event(EventReset reset) {
  UniqueHandle event(::CreateEventW(nullptr, reset == EventReset::Manual, FALSE, nullptr));
  TENON_ASSERT(event);
  return event;
}

void set_thread_stack(std::uint32_t bytes) {
  thread_stack_bytes = bytes;
}

UniqueHandle start_thread(const wchar_t* name, void (*run)(void* context), void* context) {
  auto start = std::make_unique<ThreadStart>(ThreadStart{run, context});
  const std::uintptr_t thread = ::_beginthreadex(
      nullptr,
      thread_stack_bytes,
      thread_entry,
      start.get(),
      STACK_SIZE_PARAM_IS_A_RESERVATION,
      nullptr
  );
  // As with memory: a server that cannot have its few threads at the start must not limp along.
  TENON_ASSERT(thread != 0);
  static_cast<void>(start.release());
  UniqueHandle handle(reinterpret_cast<HANDLE>(thread));
  name_thread(handle.get(), name);
  return handle;
}

void wait_for(const UniqueHandle& object) {
  TENON_ASSERT(::WaitForSingleObject(object.get(), INFINITE) == WAIT_OBJECT_0);
}

DWORD completion_error(OVERLAPPED& finished) {
  if (finished.Internal == 0) return ERROR_SUCCESS;
  DWORD bytes = 0;
  // With a finished operation the handle is not looked at, only the status is translated.
  if (::GetOverlappedResult(nullptr, &finished, &bytes, FALSE)) return ERROR_SUCCESS;
  return ::GetLastError();
}

DWORD milliseconds_until(std::uint64_t deadline_ns, std::uint64_t now_ns) {
  constexpr std::uint64_t kMillisecond = 1'000'000;
  if (deadline_ns == 0) return INFINITE;
  if (deadline_ns <= now_ns) return 0;
  const std::uint64_t whole = (deadline_ns - now_ns + kMillisecond - 1) / kMillisecond;
  return static_cast<DWORD>(std::min<std::uint64_t>(whole, INFINITE - 1));
}

}  // namespace tenon::mpm
