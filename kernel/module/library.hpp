// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include <tenon/cpp/result.hpp>

#include "module/image.hpp"

namespace tenon::module {

// Why a file is not loaded: a clause such as "it is a 32-bit library, and this server is a 64-bit
// program". Whoever knows the file's place in the configuration makes it a sentence.
using Refusal = std::string;

using EntryPoint = void (*)();

// Loads the library and finds the function `entry` in it. No code of a file that has no such
// function is run. Once loaded, a library stays for the life of the process, also if it is refused
// later: its code may have left threads behind. `shown`: the path that what the system says of a
// copy is to name; "": that of the file.
Result<EntryPoint, Refusal> load_entry(
    const std::string& file, const std::string& entry, const std::string& shown = {}
);

// All bytes of a library's file.
Result<std::string, Refusal> read_library(const std::filesystem::path& path);

// What a library that lacks `entry` seems to be: "it is an nginx module, ...".
Refusal describe_stranger(const Image& image, const std::string& entry);

}  // namespace tenon::module
