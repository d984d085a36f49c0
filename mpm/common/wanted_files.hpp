// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>
#include <tenon/mpm.h>

namespace tenon::mpm {

// What a child wants (WANTED) to the snapshot that has it.
using WantedReader = std::function<Result<std::string>(std::string_view wanted)>;

// Asks the kernel to read the files into `snapshot`, which later children of the same configuration
// then start with: a file that changes meanwhile changes nothing before a reload.
WantedReader wanted_reader(const tenon_control_host& host, std::string& snapshot);

}  // namespace tenon::mpm
