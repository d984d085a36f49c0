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

void prepare_process() noexcept {
  ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
  ::SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
}

const char* system_name() {
  return "Windows";
}

}  // namespace tenon::server
