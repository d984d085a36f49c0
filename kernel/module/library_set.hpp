// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <tenon/cpp/result.hpp>

#include "base/diagnostics.hpp"
#include "config/config.hpp"

namespace tenon::module {

// The libraries of one folder that are loaded together: modules, and those beside them that they
// need, directly or through one another. One set rather than one per module, because modules may
// share a library and what it keeps in memory.
struct LibrarySet {
  struct File {
    std::string name;  // in the folder
    uint64_t size = 0;
    uint64_t hash = 0;
  };
  std::filesystem::path folder;
  std::vector<File> files;                        // in the order of their names
  std::vector<const config::ModuleRef*> modules;  // whose files are in it
};

// Reads the libraries of these modules, which all lie in one folder. A module whose file is not
// there is left out: whoever loads it says so. A file that is being written is a finding, at the
// place of the module that brought it in.
LibrarySet read_set(const std::vector<const config::ModuleRef*>& modules, Diagnostics& diagnostics);

// 16 hex digits, for the contents and for whoever `owner` is.
std::string set_name(const LibrarySet& set, const std::string& owner);

// Whether all of its files lie in `folder`, as they were read.
bool holds_set(const std::filesystem::path& folder, const LibrarySet& set);

// Copies the files to `folder`, which is empty. The error may be that one was changed since.
Result<Done> copy_set(const LibrarySet& set, const std::filesystem::path& folder);

// Nobody else may write to it; what the process was started with (its umask) may say otherwise.
void keep_from_others(const std::filesystem::path& path);

// Writes a new file.
Result<Done> write_new_file(const std::filesystem::path& path, const std::string& bytes);

}  // namespace tenon::module
