// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>
#include <tenon/mpm.h>

#include "module/library.hpp"

namespace tenon::module {

// bin/mpm_winnt.dll below the program root.
std::string mpm_file(const std::string& program_root, const std::string& name);

// The names of the MPMs that are installed.
std::vector<std::string> installed_mpms(const std::string& program_root);

// Loads an MPM for the life of the process. `name` empty: whatever it says.
Result<const tenon_mpm*, Refusal> load_mpm(const std::string& file, const std::string& name);

}  // namespace tenon::module
