// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <windows.h>

#include "base/paths.hpp"
#include "config/config.hpp"
#include "config/paths.hpp"

namespace tenon::config {
namespace {

constexpr size_t kValueMax = 32768;  // the longest value that Windows knows, in UTF-16 with its NUL

std::string narrow(const wchar_t* text, int length) {
  const int size = ::WideCharToMultiByte(CP_UTF8, 0, text, length, nullptr, 0, nullptr, nullptr);
  std::string out(static_cast<size_t>(size), '\0');
  ::WideCharToMultiByte(CP_UTF8, 0, text, length, out.data(), size, nullptr, nullptr);
  return out;
}

}  // namespace

const PathRules kPathRules = PathRules::Windows;
const std::string_view kModuleSuffix = ".dll";

std::string_view default_mpm() {
  return "winnt";
}

std::optional<std::string> environment_variable(const std::string& name) {
  std::wstring value(kValueMax, L'\0');
  ::SetLastError(ERROR_SUCCESS);
  const DWORD length = ::GetEnvironmentVariableW(
      to_path(name).c_str(), value.data(), static_cast<DWORD>(value.size())
  );
  if (length == 0 && ::GetLastError() == ERROR_ENVVAR_NOT_FOUND) return std::nullopt;
  return length == 0 ? std::string() : narrow(value.data(), static_cast<int>(length));
}

}  // namespace tenon::config
