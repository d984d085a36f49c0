// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <windows.h>

#include "base/paths.hpp"
#include "server/platform.hpp"

namespace tenon::server {

std::string executable_path() {
  constexpr size_t kPathMax = 32768;  // the longest path that Windows knows
  std::wstring path(kPathMax, L'\0');
  path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return to_utf8(std::filesystem::path(path));
}

std::string argument_text(const wchar_t* argument) {
  const int size = ::WideCharToMultiByte(CP_UTF8, 0, argument, -1, nullptr, 0, nullptr, nullptr);
  if (size <= 1) return {};
  std::string text(static_cast<size_t>(size), '\0');
  ::WideCharToMultiByte(CP_UTF8, 0, argument, -1, text.data(), size, nullptr, nullptr);
  text.pop_back();  // the NUL
  return text;
}

void prepare_process() noexcept {
  ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
  ::SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
}

const char* system_name() {
  return "Windows";
}

}  // namespace tenon::server
