// SPDX-License-Identifier: Apache-2.0
#include "winnt/security.hpp"

#include <cstddef>
#include <memory>
#include <string>

#include <sddl.h>

namespace tenon::mpm {
namespace {

// "S-1-5-21-...": the user that this process runs as; "" when it cannot be found out.
std::wstring own_sid() {
  HANDLE opened = nullptr;
  if (!::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &opened)) return {};
  const UniqueHandle token(opened);
  DWORD bytes = 0;
  ::GetTokenInformation(token.get(), TokenUser, nullptr, 0, &bytes);
  const auto memory = std::make_unique<std::byte[]>(bytes);
  if (!::GetTokenInformation(token.get(), TokenUser, memory.get(), bytes, &bytes)) return {};
  wchar_t* text = nullptr;
  const auto* user = reinterpret_cast<const TOKEN_USER*>(memory.get());
  if (!::ConvertSidToStringSidW(user->User.Sid, &text)) return {};
  std::wstring sid(text);
  ::LocalFree(text);
  return sid;
}

}  // namespace

OwnersOnly::OwnersOnly() {
  std::wstring rules = L"D:P(A;;GA;;;SY)(A;;GA;;;BA)";
  const std::wstring sid = own_sid();
  if (!sid.empty()) rules += L"(A;;GA;;;" + sid + L")";
  if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(
          rules.c_str(), SDDL_REVISION_1, &descriptor_, nullptr
      )) {
    descriptor_ = nullptr;
    return;
  }
  attributes_.nLength = sizeof attributes_;
  attributes_.lpSecurityDescriptor = descriptor_;
}

OwnersOnly::~OwnersOnly() {
  if (descriptor_) ::LocalFree(descriptor_);
}

}  // namespace tenon::mpm
