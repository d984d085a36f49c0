// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "server/program.hpp"

namespace tenon::server {

// "Tenon 0.1.0"
std::string version_line();

// What a bug report should hold: version, ABIs, compiler, and the folders in use.
std::string build_info(const Program& program);

}  // namespace tenon::server
