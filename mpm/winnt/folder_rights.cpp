// SPDX-License-Identifier: Apache-2.0
#include "winnt/folder_rights.hpp"

#include <filesystem>
#include <system_error>

#include <aclapi.h>

namespace tenon::mpm {
namespace {

struct LocalTraits {
  using Value = void*;
  static Value invalid() noexcept { return nullptr; }
  static void close(Value value) noexcept { ::LocalFree(value); }
};
using UniqueLocal = UniqueResource<LocalTraits>;

// What the system calls "modify": all but taking the folder over.
constexpr DWORD kModify = FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE | DELETE;

Error denied(DWORD error) {
  return system_error(error, "the rights of the service's account");
}

}  // namespace

Result<Done> SystemFolderRights::allow_changes(
    const std::wstring& folder, const std::wstring& account
) {
  std::wstring path = folder;
  ACL* before = nullptr;
  void* descriptor = nullptr;
  DWORD error = ::GetNamedSecurityInfoW(
      path.data(),
      SE_FILE_OBJECT,
      DACL_SECURITY_INFORMATION,
      nullptr,
      nullptr,
      &before,
      nullptr,
      &descriptor
  );
  const UniqueLocal owned_descriptor(descriptor);
  if (error != ERROR_SUCCESS) return fail(denied(error));
  std::wstring trustee = account;
  EXPLICIT_ACCESSW access{};
  ::BuildExplicitAccessWithNameW(
      &access, trustee.data(), kModify, GRANT_ACCESS, SUB_CONTAINERS_AND_OBJECTS_INHERIT
  );
  ACL* after = nullptr;
  error = ::SetEntriesInAclW(1, &access, before, &after);
  const UniqueLocal owned_list(after);
  if (error != ERROR_SUCCESS) return fail(denied(error));
  error = ::SetNamedSecurityInfoW(
      path.data(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr, after, nullptr
  );
  if (error != ERROR_SUCCESS) return fail(denied(error));
  return Done{};
}

Result<Done> prepare_data_root(
    FolderRights& rights, std::string_view data_root, const std::wstring& account
) {
  Result<Done> outcome = Done{};
  for (const wchar_t* name : {L"logs", L"run"}) {
    const std::filesystem::path folder = std::filesystem::path(widen(data_root)) / name;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(Error{error, "creating the folder " + folder.generic_string()});
    const Result<Done> allowed = rights.allow_changes(folder.wstring(), account);
    if (!allowed) outcome = allowed;
  }
  return outcome;
}

}  // namespace tenon::mpm
