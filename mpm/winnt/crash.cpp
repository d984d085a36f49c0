// SPDX-License-Identifier: Apache-2.0
#include "winnt/crash.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include <tenon/cpp/assert.hpp>

#include <dbghelp.h>

#include "common/section_layout.hpp"
#include "winnt/process.hpp"

namespace tenon::mpm {
namespace {

namespace fs = std::filesystem;

// How long the control process may look at a crashed child.
constexpr DWORD kSeenMs = 10'000;

enum State : std::uint32_t { kNothing = 0, kBeingWritten = 1, kWritten = 2 };

std::atomic<CrashReporter*> the_reporter = nullptr;

// The file name of the library that the address lies in, in ASCII; its start is returned.
std::uint64_t library_at(const void* address, char (&name)[64]) {
  HMODULE module = nullptr;
  constexpr DWORD kFlags =
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (!::GetModuleHandleExW(kFlags, static_cast<const wchar_t*>(address), &module)) return 0;
  wchar_t path[1024];
  const DWORD length = ::GetModuleFileNameW(module, path, 1024);
  DWORD start = length;
  while (start > 0 && path[start - 1] != L'\\')
    --start;
  std::size_t at = 0;
  for (DWORD i = start; i < length && at + 1 < sizeof name; ++i)
    name[at++] = path[i] > 0x20 && path[i] < 0x7f ? static_cast<char>(path[i]) : '?';
  name[at] = '\0';
  return as_number(module);
}

fs::path as_path(const std::string& utf8) {
  return fs::path(widen(utf8));
}

}  // namespace

CrashReporter::CrashReporter(tenon_section& section, const SectionMessage& message)
    : section_(section),
      crashed_(as_handle(static_cast<std::int64_t>(message.crashed))),
      seen_(as_handle(static_cast<std::int64_t>(message.seen))) {
  CrashReporter* expected = nullptr;
  TENON_ASSERT(the_reporter.compare_exchange_strong(expected, this));
  ::SetHandleInformation(crashed_.get(), HANDLE_FLAG_INHERIT, 0);
  ::SetHandleInformation(seen_.get(), HANDLE_FLAG_INHERIT, 0);
  ::SetUnhandledExceptionFilter(on_exception);
}

CrashReporter::~CrashReporter() {
  ::SetUnhandledExceptionFilter(nullptr);
  the_reporter.store(nullptr);
}

LONG WINAPI CrashReporter::on_exception(EXCEPTION_POINTERS* exception) {
  if (CrashReporter* reporter = the_reporter.load()) reporter->write(*exception);
  ::TerminateProcess(::GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
  return EXCEPTION_EXECUTE_HANDLER;
}

// Nothing here allocates: the heap may be what is broken.
void CrashReporter::write(const EXCEPTION_POINTERS& exception) {
  tenon_crash& crash = section_.crash;
  std::uint32_t expected = kNothing;
  // Several threads may crash at once; the first one's words count, the others wait for its end.
  if (!std::atomic_ref(crash.state).compare_exchange_strong(expected, kBeingWritten)) {
    ::Sleep(kSeenMs);
    return;
  }
  const void* address = exception.ExceptionRecord->ExceptionAddress;
  crash.code = exception.ExceptionRecord->ExceptionCode;
  crash.address = reinterpret_cast<std::uintptr_t>(address);
  crash.offset = crash.address - library_at(address, crash.library);
  crash.os_thread = ::GetCurrentThreadId();
  crash.pointers = reinterpret_cast<std::uintptr_t>(&exception);
  std::atomic_ref(crash.state).store(kWritten, std::memory_order_release);
  if (!crashed_ || !seen_) return;
  ::SetEvent(crashed_.get());
  ::WaitForSingleObject(seen_.get(), kSeenMs);
}

std::string describe_crash(const tenon_section& section) {
  const tenon_crash& crash = section.crash;
  if (load(crash.state) != kWritten) return {};
  const std::string library(crash.library, ::strnlen(crash.library, sizeof crash.library));
  char offset[32];
  std::snprintf(offset, sizeof offset, "0x%llx", static_cast<unsigned long long>(crash.offset));
  return "exception " + describe_exit_code(crash.code) + " at " +
         (library.empty() ? "" : library + "+") + offset + ", thread " +
         std::to_string(crash.os_thread);
}

Result<Done> write_minidump(
    HANDLE process, DWORD process_id, const tenon_crash& crash, const std::string& file
) {
  std::error_code ignored;
  fs::create_directories(as_path(file).parent_path(), ignored);
  HANDLE opened = ::CreateFileW(
      widen(file).c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr
  );
  if (opened == INVALID_HANDLE_VALUE) return fail(last_error("creating the minidump " + file));
  const UniqueHandle handle(opened);
  MINIDUMP_EXCEPTION_INFORMATION exception{};
  exception.ThreadId = static_cast<DWORD>(crash.os_thread);
  exception.ExceptionPointers = reinterpret_cast<EXCEPTION_POINTERS*>(crash.pointers);
  exception.ClientPointers = TRUE;
  constexpr auto kType = static_cast<MINIDUMP_TYPE>(MiniDumpNormal | MiniDumpWithThreadInfo);
  if (!::MiniDumpWriteDump(process, process_id, opened, kType, &exception, nullptr, nullptr)) {
    return fail(last_error("writing the minidump " + file));
  }
  return Done{};
}

void keep_minidumps(const std::string& folder, std::size_t most) {
  std::vector<fs::path> dumps;
  std::error_code error;
  for (fs::directory_iterator at(as_path(folder), error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == L".dmp") dumps.push_back(at->path());
  }
  // Their names begin with the time.
  std::sort(dumps.begin(), dumps.end());
  for (std::size_t i = 0; i + most < dumps.size(); ++i)
    fs::remove(dumps[i], error);
}

}  // namespace tenon::mpm
