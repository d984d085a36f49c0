// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// Gives accounts rights on folders. An interface, because Wine knows no accounts of services.
class FolderRights {
 public:
  virtual ~FolderRights() = default;
  // `account` may read, write and delete what is below the folder, which exists.
  virtual Result<Done> allow_changes(const std::wstring& folder, const std::wstring& account) = 0;
};

class SystemFolderRights final : public FolderRights {
 public:
  Result<Done> allow_changes(const std::wstring& folder, const std::wstring& account) override;
};

// Makes the two folders of the data root that a server writes to, logs and run, and lets the
// account change what is in them. Nothing else: a server that was broken into must not be able to
// change its configuration or what it serves.
Result<Done> prepare_data_root(
    FolderRights& rights, std::string_view data_root, const std::wstring& account
);

}  // namespace tenon::mpm
