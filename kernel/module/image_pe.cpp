// SPDX-License-Identifier: Apache-2.0
#include "module/bytes.hpp"
#include "module/image.hpp"

// The few fields of the PE format that tell a module from another file: the COFF header, the
// section table (to turn addresses into file offsets), and the export and import directories.
namespace tenon::module {
namespace {

constexpr uint32_t kSignature = 0x00004550;  // "PE\0\0"
constexpr uint16_t kCharacteristicsDll = 0x2000;
constexpr uint16_t kOptionalHeader64 = 0x20b;
constexpr size_t kCoffHeaderSize = 20;
constexpr size_t kSectionHeaderSize = 40;
constexpr size_t kImportDescriptorSize = 20;
constexpr uint32_t kNamesMax = 65536;  // more symbols than any module exports

struct Pe {
  Bytes file;
  size_t coff = 0;
  size_t optional = 0;
  size_t sections = 0;
  uint16_t n_sections = 0;

  // 0: the address is in no section of the file.
  size_t offset_of(uint32_t address) const {
    for (size_t i = 0; i < n_sections; ++i) {
      const size_t header = sections + i * kSectionHeaderSize;
      const uint32_t start = file.get<uint32_t>(header + 12);
      const uint32_t length = file.get<uint32_t>(header + 16);  // of its raw data
      if (address < start || address - start >= length) continue;
      return size_t{file.get<uint32_t>(header + 20)} + (address - start);
    }
    return 0;
  }

  // The file offset of a data directory: 0 exports, 1 imports.
  size_t directory(size_t index, int bits) const {
    const size_t directories = optional + (bits == 64 ? 112 : 96);
    const uint32_t address = file.get<uint32_t>(directories + index * 8);
    return address == 0 ? 0 : offset_of(address);
  }
};

void read_exports(const Pe& pe, Image& image) {
  image.has_exports = true;  // No directory: it exports nothing.
  const size_t table = pe.directory(0, image.bits);
  if (table == 0) return;
  const uint32_t n_names = pe.file.get<uint32_t>(table + 24);
  const size_t names = pe.offset_of(pe.file.get<uint32_t>(table + 32));
  for (uint32_t i = 0; i < n_names && i < kNamesMax && names != 0; ++i) {
    const size_t name = pe.offset_of(pe.file.get<uint32_t>(names + size_t{i} * 4));
    if (name != 0) image.exports.push_back(pe.file.text(name));
  }
}

void read_imports(const Pe& pe, Image& image) {
  size_t entry = pe.directory(1, image.bits);
  if (entry == 0) return;
  for (uint32_t i = 0; i < kNamesMax; ++i, entry += kImportDescriptorSize) {
    const uint32_t name = pe.file.get<uint32_t>(entry + 12);
    if (name == 0) return;
    const size_t offset = pe.offset_of(name);
    if (offset != 0) image.imports.push_back(pe.file.text(offset));
  }
}

}  // namespace

void read_pe(std::string_view bytes, Image& image) {
  const Bytes file(bytes);
  const size_t header = file.get<uint32_t>(0x3c);
  if (file.get<uint32_t>(header) != kSignature) return;
  Pe pe{.file = file, .coff = header + 4};
  pe.optional = pe.coff + kCoffHeaderSize;
  pe.sections = pe.optional + file.get<uint16_t>(pe.coff + 16);
  pe.n_sections = file.get<uint16_t>(pe.coff + 2);

  image.format = Image::Format::Pe;
  image.machine = file.get<uint16_t>(pe.coff);
  image.is_library = (file.get<uint16_t>(pe.coff + 18) & kCharacteristicsDll) != 0;
  image.bits = file.get<uint16_t>(pe.optional) == kOptionalHeader64 ? 64 : 32;
  read_exports(pe, image);
  read_imports(pe, image);
}

}  // namespace tenon::module
