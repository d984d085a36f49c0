// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string_view>

#include <windows.h>

#include "base/paths.hpp"
#include "module/platform.hpp"

namespace tenon::module {
namespace {

constexpr DWORD kSearch = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
constexpr int kDepthMax = 16;  // of DLLs that need DLLs

// Windows says that a DLL is missing but not which, so the import tables are walked as the loader
// does it: beside the module first, then where every DLL is looked for.
class MissingImport {
 public:
  explicit MissingImport(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // "" when every DLL is found.
  std::string find(const Image& image, int depth = 0) {
    for (const std::string& name : image.imports) {
      if (!visited_.insert(name).second) continue;
      const std::filesystem::path beside = folder_ / to_path(name);
      std::error_code ignored;
      if (!std::filesystem::is_regular_file(beside, ignored)) {
        if (!found_by_system(name)) return name;
      } else if (depth < kDepthMax) {
        const std::string missing = find(read_file(beside), depth + 1);
        if (!missing.empty()) return missing;
      }
    }
    return {};
  }

 private:
  static bool found_by_system(const std::string& name) {
    const std::filesystem::path path = to_path(name);
    const HMODULE library =
        ::LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    if (library == nullptr) return false;
    ::FreeLibrary(library);
    return true;
  }

  static Image read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return read_image(bytes);
  }

  const std::filesystem::path folder_;
  std::set<std::string> visited_;
};

}  // namespace

const NativeImage& native_image() {
  static constexpr NativeImage kNative{
      Image::Format::Pe,
      IMAGE_FILE_MACHINE_AMD64,
      "a Windows DLL",
      "a Linux shared object",
      ".dll"};
  return kNative;
}

int load_flags() {
  return static_cast<int>(kSearch);
}

std::string explain_load_failure(
    const std::string& file, const Image& image, const std::error_code& code
) {
  switch (code.value()) {
    case ERROR_MOD_NOT_FOUND: {
      const std::string name = MissingImport(to_path(file).parent_path()).find(image);
      if (name.empty()) break;
      return "it needs " + name + ", which was not found; install that library or put it beside " +
             "the module";
    }
    case ERROR_PROC_NOT_FOUND:
      return "it needs a function that a DLL of this system does not have";
    case ERROR_DLL_INIT_FAILED:
      return "its own start-up code failed";
    default:
      break;
  }
  return "the system refused it: " + code.message();
}

}  // namespace tenon::module
