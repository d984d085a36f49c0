// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cwchar>
#include <filesystem>
#include <string_view>

#include <windows.h>

#include "base/paths.hpp"
#include "base/text.hpp"
#include "server/platform.hpp"

namespace tenon::server {
namespace {

std::wstring service_key(const std::string& name) {
  return L"SYSTEM\\CurrentControlSet\\Services\\" + to_path(name).wstring();
}

// REG_MULTI_SZ: texts that end with a NUL each, then one more NUL.
std::vector<std::string> texts_of(std::wstring_view values) {
  std::vector<std::string> texts;
  while (!values.empty() && values[0] != L'\0') {
    const std::wstring text(values.substr(0, values.find(L'\0')));
    texts.push_back(argument_text(text.c_str()));
    values.remove_prefix(std::min(text.size() + 1, values.size()));
  }
  return texts;
}

}  // namespace

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

Result<std::vector<std::string>, std::string> service_arguments(const std::string& name) {
  constexpr const wchar_t* kValue = L"Arguments";
  const std::wstring service = service_key(name);
  const std::wstring parameters = service + L"\\Parameters";
  DWORD bytes = 0;
  const auto read = [&](void* data) {
    return ::RegGetValueW(
        HKEY_LOCAL_MACHINE, parameters.c_str(), kValue, RRF_RT_REG_MULTI_SZ, nullptr, data, &bytes
    );
  };
  std::wstring values;
  LSTATUS status = read(nullptr);
  if (status == ERROR_SUCCESS) {
    values.resize(bytes / sizeof(wchar_t));
    status = read(values.data());
  }
  if (status == ERROR_SUCCESS) return texts_of(values);
  DWORD type = 0;
  const bool is_there =
      ::RegGetValueW(
          HKEY_LOCAL_MACHINE, service.c_str(), L"ImagePath", RRF_RT_ANY, &type, nullptr, nullptr
      ) == ERROR_SUCCESS;
  if (!is_there) return fail("there is no service " + quote(name));
  return fail("the service " + quote(name) + " is not one of Tenon's");
}

std::string service_data_root() {
  const wchar_t* folder = ::_wgetenv(L"ProgramData");
  return folder != nullptr ? to_utf8(std::filesystem::path(folder)) + "/Tenon" : std::string();
}

const char* system_name() {
  return "Windows";
}

}  // namespace tenon::server
