// SPDX-License-Identifier: Apache-2.0
#include "winnt/service_names.hpp"

namespace tenon::mpm {
namespace {

constexpr std::size_t kNameMax = 256;  // the service manager's

std::wstring quoted(std::wstring_view text) {
  return L"\"" + std::wstring(text) + L"\"";
}

}  // namespace

std::string_view fault_of_service_name(std::wstring_view name) {
  if (name.size() > kNameMax) return "a service's name has at most 256 characters";
  if (name.find_first_of(L"/\\\"") != std::wstring_view::npos) {
    return "a service's name has no slash, backslash or quotation mark";
  }
  return {};
}

std::wstring service_command_line(std::wstring_view executable, std::wstring_view name) {
  std::wstring program(executable);
  for (wchar_t& unit : program)
    if (unit == L'/') unit = L'\\';
  return quoted(program) + L" -k runservice -n " + quoted(name);
}

std::wstring service_account(std::string_view configured, std::wstring_view name) {
  return configured.empty() ? service_identity(name) : widen(configured);
}

std::wstring service_identity(std::wstring_view name) {
  return L"NT SERVICE\\" + std::wstring(name);
}

}  // namespace tenon::mpm
