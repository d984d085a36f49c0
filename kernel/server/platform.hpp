// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

// What differs between the systems at the start of the process; platform_win32.cpp, _posix.cpp.
namespace tenon::server {

// Absolute path of the running program, with '/'.
std::string executable_path();

// One word of the command line as UTF-8; what is no text gets replacement characters.
std::string argument_text(const std::filesystem::path::value_type* argument);

// Once, first thing: no dialog boxes, no DLLs from the current folder, no death by a closed pipe.
void prepare_process() noexcept;

// What the Windows service of that name was installed with: words of a command line. The error is
// one sentence.
Result<std::vector<std::string>, std::string> service_arguments(const std::string& name);

// Where the data of a Windows service is that was installed without -d; "" elsewhere.
std::string service_data_root();

// "Windows", "Linux".
const char* system_name();

}  // namespace tenon::server
