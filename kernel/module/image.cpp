// SPDX-License-Identifier: Apache-2.0
#include "module/image.hpp"

#include <algorithm>

#include "module/platform.hpp"

namespace tenon::module {
bool Image::exports_symbol(std::string_view name) const {
  return std::find(exports.begin(), exports.end(), name) != exports.end();
}

Image read_image(std::string_view bytes) {
  Image image;
  image.cut_off = bytes.empty();
  if (bytes.starts_with("MZ")) {
    read_pe(bytes, image);
  } else if (bytes.starts_with("\x7f"
                               "ELF")) {
    read_elf(bytes, image);
  }
  return image;
}

std::string image_mismatch(const Image& image) {
  const NativeImage& native = native_image();
  if (image.format == Image::Format::Other) return std::string("it is not ") + native.name;
  if (image.format != native.format) {
    return std::string("it is ") + native.foreign + ", and this server needs " + native.name;
  }
  if (image.bits != 64) return "it is a 32-bit library, and this server is a 64-bit program";
  if (image.machine != native.machine) {
    return "it was built for another processor architecture than this server";
  }
  if (!image.is_library) {
    return std::string("it is a program or an object file, not ") + native.name;
  }
  return {};
}

}  // namespace tenon::module
