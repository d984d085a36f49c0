// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include <dlfcn.h>
#include <elf.h>
#include <sys/stat.h>

#include "base/paths.hpp"
#include "module/platform.hpp"

namespace tenon::module {
namespace {

// The loader's text is "NAME: cannot open shared object file: No such file or directory".
std::string missing_library(std::string_view text) {
  const size_t end = text.find(": cannot open shared object file");
  return end == std::string_view::npos ? "" : std::string(text.substr(0, end));
}

// "FILE: undefined symbol: NAME", maybe with ", version V" behind it.
std::string missing_symbol(std::string_view text) {
  constexpr std::string_view kMark = "undefined symbol: ";
  const size_t begin = text.find(kMark);
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin + kMark.size()));
}

}  // namespace

const NativeImage& native_image() {
#if defined(__aarch64__)
  constexpr uint32_t kMachine = EM_AARCH64;
#else
  constexpr uint32_t kMachine = EM_X86_64;
#endif
  static constexpr NativeImage kNative{
      Image::Format::Elf, kMachine, "a Linux shared object", "a Windows DLL", ".so"};
  return kNative;
}

int load_flags() {
  return RTLD_NOW | RTLD_LOCAL;
}

std::string distrust(const std::filesystem::path& library) {
  // A sticky folder such as /tmp too: the DLL may be anybody's.
  for (const auto& path : {library.parent_path(), library}) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IWOTH) == 0) continue;
    return "everybody may write to " + to_utf8(path) + "; take that right away: chmod o-w " +
           to_utf8(path);
  }
  return {};
}

std::string explain_load_failure(
    const std::string& file, const Image&, const std::error_code& code
) {
  const char* error = ::dlerror();
  if (error == nullptr) return "the system refused it: " + code.message();
  const std::string_view text = error;
  const std::string library = missing_library(text);
  if (!library.empty() && library != file) {
    return "it needs " + library + ", which was not found; install that library";
  }
  const std::string symbol = missing_symbol(text);
  if (!symbol.empty()) return "it needs the symbol " + symbol + ", which no library offers";
  return "the system refused it: " + std::string(text);
}

}  // namespace tenon::module
