// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include "winnt/folder_rights.hpp"

namespace tenon::mpm {

// TENON_CMD_INSTALL, CONFIG, UNINSTALL and START, asked of the service manager. Each tells the
// operator what became of it and returns the exit code.
std::int32_t install_service(
    const tenon_control_host& host, const tenon_command& command, FolderRights& rights
);
std::int32_t config_service(
    const tenon_control_host& host, const tenon_command& command, FolderRights& rights
);
std::int32_t uninstall_service(const tenon_control_host& host, const tenon_command& command);
// TENON_SERVE_HERE: no service was installed with this configuration, and none was named.
std::int32_t start_service(const tenon_control_host& host, const tenon_command& command);

}  // namespace tenon::mpm
