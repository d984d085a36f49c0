// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include <windows.h>

#include "log/log.hpp"
#include "log/output.hpp"

namespace tenon {
namespace {

HANDLE as_handle(int64_t file) {
  return reinterpret_cast<HANDLE>(static_cast<intptr_t>(file));
}

WriteOutcome write_to_handle(HANDLE handle, std::string_view text) noexcept {
  WriteOutcome outcome;
  // Null: a program without a console and without redirection, such as a service.
  if (handle == nullptr || handle == INVALID_HANDLE_VALUE) return outcome;
  while (outcome.written < text.size()) {
    const std::string_view rest = text.substr(outcome.written);
    DWORD written = 0;
    const DWORD length = static_cast<DWORD>(std::min<size_t>(rest.size(), 1u << 30));
    const BOOL done = ::WriteFile(handle, rest.data(), length, &written, nullptr);
    if (done == FALSE || written == 0) {
      const DWORD code = done == FALSE ? ::GetLastError() : ERROR_WRITE_FAULT;
      outcome.error = {static_cast<int>(code), std::system_category()};
      break;
    }
    outcome.written += written;
  }
  return outcome;
}

}  // namespace

WriteOutcome write_to_file(int64_t file, std::string_view text) noexcept {
  return write_to_handle(as_handle(file), text);
}

void write_to_stderr(std::string_view text) noexcept {
  write_to_handle(::GetStdHandle(STD_ERROR_HANDLE), text);
}

void write_to_stdout(std::string_view text) noexcept {
  write_to_handle(::GetStdHandle(STD_OUTPUT_HANDLE), text);
}

Result<int64_t> open_log_file(const std::string& path) {
  const std::filesystem::path file_path(
      std::u8string_view(reinterpret_cast<const char8_t*>(path.data()), path.size())
  );
  std::error_code ignored;  // The open below says what is wrong with the folder.
  std::filesystem::create_directories(file_path.parent_path(), ignored);
  // FILE_APPEND_DATA without FILE_WRITE_DATA: every write goes to the end, from every process.
  const HANDLE handle = ::CreateFileW(
      file_path.c_str(),
      FILE_APPEND_DATA | SYNCHRONIZE,
      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
      nullptr,
      OPEN_ALWAYS,
      FILE_ATTRIBUTE_NORMAL,
      nullptr
  );
  if (handle == INVALID_HANDLE_VALUE) {
    const std::error_code code(static_cast<int>(::GetLastError()), std::system_category());
    return fail(Error{code, "open the log " + path});
  }
  return static_cast<int64_t>(reinterpret_cast<intptr_t>(handle));
}

void close_log_file(int64_t file) noexcept {
  if (file != -1) ::CloseHandle(as_handle(file));
}

}  // namespace tenon
