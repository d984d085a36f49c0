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
constexpr size_t kLaterImportDescriptorSize = 32;
constexpr size_t kSymbolSize = 18;
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

  // Where the entry of a data directory is: 0 exports, 1 imports, 4 signature, 13 later imports.
  size_t directory_entry(size_t index, int bits) const {
    return optional + (bits == 64 ? 112 : 96) + index * 8;
  }
  // The file offset of a data directory.
  size_t directory(size_t index, int bits) const {
    const uint32_t address = file.get<uint32_t>(directory_entry(index, bits));
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

// The names of the DLLs in a table of descriptors that hold the address of one at `name_at`.
std::vector<std::string> names_in(const Pe& pe, size_t entry, size_t size, size_t name_at) {
  std::vector<std::string> names;
  for (uint32_t i = 0; entry != 0 && i < kNamesMax; ++i, entry += size) {
    const uint32_t name = pe.file.get<uint32_t>(entry + name_at);
    if (name == 0) break;
    const size_t offset = pe.offset_of(name);
    if (offset != 0) names.push_back(pe.file.text(offset));
  }
  return names;
}

// Sections, then symbols, then a signature: the last of them ends with the file.
bool is_cut_off(const Pe& pe, int bits) {
  const Bytes& file = pe.file;
  if (!file.holds(pe.sections, pe.n_sections * kSectionHeaderSize)) return true;
  for (size_t i = 0; i < pe.n_sections; ++i) {
    const size_t header = pe.sections + i * kSectionHeaderSize;
    if (!file.holds(file.get<uint32_t>(header + 20), file.get<uint32_t>(header + 16))) return true;
  }
  const size_t symbols = file.get<uint32_t>(pe.coff + 8);
  const size_t symbol_bytes = size_t{file.get<uint32_t>(pe.coff + 12)} * kSymbolSize;
  if (symbols != 0 && !file.holds(symbols, symbol_bytes)) return true;
  const size_t texts = symbols + symbol_bytes;
  if (symbols != 0 && file.holds(texts, 4) && !file.holds(texts, file.get<uint32_t>(texts))) {
    return true;
  }
  const size_t signature = pe.directory_entry(4, bits);
  return !file.holds(file.get<uint32_t>(signature), file.get<uint32_t>(signature + 4));
}

}  // namespace

void read_pe(std::string_view bytes, Image& image) {
  const Bytes file(bytes);
  const size_t header = file.get<uint32_t>(0x3c);
  image.cut_off = !file.holds(header, 4);
  if (file.get<uint32_t>(header) != kSignature) return;
  Pe pe{.file = file, .coff = header + 4};
  pe.optional = pe.coff + kCoffHeaderSize;
  pe.sections = pe.optional + file.get<uint16_t>(pe.coff + 16);
  pe.n_sections = file.get<uint16_t>(pe.coff + 2);

  image.format = Image::Format::Pe;
  image.machine = file.get<uint16_t>(pe.coff);
  image.is_library = (file.get<uint16_t>(pe.coff + 18) & kCharacteristicsDll) != 0;
  image.bits = file.get<uint16_t>(pe.optional) == kOptionalHeader64 ? 64 : 32;
  image.cut_off = is_cut_off(pe, image.bits);
  read_exports(pe, image);
  image.imports = names_in(pe, pe.directory(1, image.bits), kImportDescriptorSize, 12);
  image.later_imports = names_in(pe, pe.directory(13, image.bits), kLaterImportDescriptorSize, 4);
}

}  // namespace tenon::module
