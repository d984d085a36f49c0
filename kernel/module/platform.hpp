// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <system_error>

#include "module/image.hpp"

// What differs between the systems when a library is loaded; platform_win32.cpp,
// platform_posix.cpp.
namespace tenon::module {

// What a library must be to fit into this process.
struct NativeImage {
  Image::Format format;
  uint32_t machine;
  const char* name;     // "a Windows DLL"
  const char* foreign;  // "a Linux shared object"
  const char* suffix;   // ".dll"
};
const NativeImage& native_image();

// The flags of LoadLibraryExW or dlopen, as Boost.DLL takes them.
int load_flags();

// Why the folder of a library, or the library itself, cannot be trusted: whoever may write there
// would run code as us. A clause, or "".
std::string distrust(const std::filesystem::path& library);

// Why the system refused to load the file, as a clause: "it needs foo.dll, which was not found".
// Called at once after the attempt. `image` is what the file says of itself.
std::string explain_load_failure(
    const std::string& file, const Image& image, const std::error_code& code
);

}  // namespace tenon::module
