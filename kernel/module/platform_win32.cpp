// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string_view>

#include <aclapi.h>
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

bool lets_write(const ACCESS_ALLOWED_ACE& ace, PSID who) {
  constexpr DWORD kWriting = FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_DELETE_CHILD | WRITE_DAC |
                             WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
  if (ace.Header.AceType != ACCESS_ALLOWED_ACE_TYPE) return false;
  if ((ace.Header.AceFlags & INHERIT_ONLY_ACE) != 0 || (ace.Mask & kWriting) == 0) return false;
  return ::EqualSid(const_cast<DWORD*>(&ace.SidStart), who) != FALSE;
}

// Only what is granted to Everyone is seen; a file system without rights tells nothing.
bool everybody_may_write(const std::filesystem::path& path) {
  std::array<std::byte, SECURITY_MAX_SID_SIZE> everyone{};
  DWORD size = static_cast<DWORD>(everyone.size());
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (::CreateWellKnownSid(WinWorldSid, nullptr, everyone.data(), &size) == FALSE) return false;
  const DWORD status = ::GetNamedSecurityInfoW(
      path.c_str(),
      SE_FILE_OBJECT,
      DACL_SECURITY_INFORMATION,
      nullptr,
      nullptr,
      &list,
      nullptr,
      &descriptor
  );
  bool found = false;
  for (DWORD i = 0; status == ERROR_SUCCESS && list != nullptr && i < list->AceCount; ++i) {
    void* ace = nullptr;
    if (::GetAce(list, i, &ace) == FALSE) continue;
    found = found || lets_write(*static_cast<const ACCESS_ALLOWED_ACE*>(ace), everyone.data());
  }
  if (descriptor != nullptr) ::LocalFree(descriptor);
  return found;
}

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

std::string distrust(const std::filesystem::path& library) {
  for (const auto& path : {library.parent_path(), library}) {
    if (!everybody_may_write(path)) continue;
    return "everybody may write to " + to_utf8(path) +
           "; take that right away from Everyone: " + "icacls \"" + to_utf8(path) +
           "\" /remove:g Everyone";
  }
  return {};
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
