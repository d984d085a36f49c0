// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>

namespace tenon::config {

// Whose rules say what an absolute path is. The config of one platform is checked by its own
// rules; both can be tested everywhere.
enum class PathRules { Windows, Posix };

// Of this build; in platform_win32.cpp and platform_posix.cpp, as is kModuleSuffix.
extern const PathRules kPathRules;
extern const std::string_view kModuleSuffix;  // ".dll" or ".so"

// `path` as an absolute one with '/' between its parts and without ".", ".." and a final '/':
// a relative path is one below `root`. The error is the end of a sentence that names the path:
// "has no drive letter; ...".
Result<std::string, std::string> resolve_path(
    std::string_view root, std::string_view path, PathRules rules = kPathRules
);

// Whether both name the same file as far as their text can say.
bool same_path(std::string_view a, std::string_view b, PathRules rules = kPathRules);

}  // namespace tenon::config
