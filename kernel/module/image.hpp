// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::module {

// What a library file says of itself, read without running any of its code.
struct Image {
  enum class Format { Other, Pe, Elf };
  Format format = Format::Other;
  int bits = 0;              // 32 or 64
  uint32_t machine = 0;      // IMAGE_FILE_MACHINE_... or EM_...
  bool is_library = false;   // a DLL or shared object, not a program or an object file
  bool has_exports = false;  // whether `exports` could be read
  std::vector<std::string> exports;
  std::vector<std::string> imports;        // DLLs or shared objects that it names
  std::vector<std::string> later_imports;  // those that it loads when it first calls them
  bool cut_off = false;                    // the file ends before what its headers say is in it

  bool exports_symbol(std::string_view name) const;
};

// Never fails: what cannot be read stays empty.
Image read_image(std::string_view bytes);

// The two formats, for read_image().
void read_pe(std::string_view bytes, Image& image);
void read_elf(std::string_view bytes, Image& image);

// Why this process cannot load it: "it is a 32-bit DLL; this server is 64-bit", or "".
std::string image_mismatch(const Image& image);

}  // namespace tenon::module
