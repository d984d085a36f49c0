// SPDX-License-Identifier: Apache-2.0
#include "module/bytes.hpp"
#include "module/image.hpp"

// The few fields of the ELF format that tell a module from another file: the header, the dynamic
// symbol table and the names of the objects it needs. A file without section headers still loads;
// then `has_exports` stays false.
namespace tenon::module {
namespace {

constexpr uint16_t kTypeShared = 3;              // ET_DYN
constexpr uint32_t kSectionDynamic = 6;          // SHT_DYNAMIC
constexpr uint32_t kSectionWithoutBytes = 8;     // SHT_NOBITS
constexpr uint32_t kSectionDynamicSymbols = 11;  // SHT_DYNSYM
constexpr uint64_t kTagNeeded = 1;               // DT_NEEDED
constexpr size_t kHeaderSize = 64;
constexpr size_t kSectionHeaderSize = 64;
constexpr size_t kProgramHeaderSize = 56;
constexpr size_t kDynamicEntrySize = 16;
constexpr size_t kSymbolSize = 24;
constexpr uint64_t kSymbolsMax = 1u << 20;

struct Section {
  size_t offset = 0;
  uint64_t size = 0;
  uint32_t type = 0;
  uint32_t link = 0;
};

Section section_at(const Bytes& file, size_t index) {
  const size_t header = static_cast<size_t>(file.get<uint64_t>(0x28)) + index * kSectionHeaderSize;
  return {
      .offset = static_cast<size_t>(file.get<uint64_t>(header + 0x18)),
      .size = file.get<uint64_t>(header + 0x20),
      .type = file.get<uint32_t>(header + 0x04),
      .link = file.get<uint32_t>(header + 0x28)};
}

void read_symbols(const Bytes& file, const Section& symbols, Image& image) {
  const Section names = section_at(file, symbols.link);
  const uint64_t count = symbols.size / kSymbolSize;
  for (uint64_t i = 0; i < count && i < kSymbolsMax; ++i) {
    const size_t entry = symbols.offset + static_cast<size_t>(i) * kSymbolSize;
    if (!file.holds(entry, kSymbolSize)) return;
    const uint16_t section = file.get<uint16_t>(entry + 6);
    if (section == 0) continue;  // It is imported, not defined here.
    image.exports.push_back(file.text(names.offset + file.get<uint32_t>(entry)));
  }
}

void read_needed(const Bytes& file, const Section& dynamic, Image& image) {
  const Section names = section_at(file, dynamic.link);
  const uint64_t count = dynamic.size / kDynamicEntrySize;
  for (uint64_t i = 0; i < count && i < kSymbolsMax; ++i) {
    const size_t entry = dynamic.offset + static_cast<size_t>(i) * kDynamicEntrySize;
    if (!file.holds(entry, kDynamicEntrySize)) return;
    if (file.get<uint64_t>(entry) != kTagNeeded) continue;
    const size_t name = names.offset + static_cast<size_t>(file.get<uint64_t>(entry + 8));
    image.imports.push_back(file.text(name));
  }
}

// Linkers write the section headers last, so that a file that is only begun lacks them.
bool is_cut_off(const Bytes& file) {
  if (!file.holds(0, kHeaderSize)) return true;
  const size_t segments = static_cast<size_t>(file.get<uint64_t>(0x20));
  const uint16_t n_segments = file.get<uint16_t>(0x38);
  if (!file.holds(segments, n_segments * kProgramHeaderSize)) return true;
  for (uint16_t i = 0; i < n_segments; ++i) {
    const size_t header = segments + i * kProgramHeaderSize;
    const size_t offset = static_cast<size_t>(file.get<uint64_t>(header + 0x08));
    if (!file.holds(offset, static_cast<size_t>(file.get<uint64_t>(header + 0x20)))) return true;
  }
  const uint16_t n_sections = file.get<uint16_t>(0x3c);
  const size_t sections = static_cast<size_t>(file.get<uint64_t>(0x28));
  if (!file.holds(sections, n_sections * kSectionHeaderSize)) return true;
  for (uint16_t i = 0; i < n_sections; ++i) {
    const Section section = section_at(file, i);
    if (section.type == 0 || section.type == kSectionWithoutBytes) continue;
    if (!file.holds(section.offset, static_cast<size_t>(section.size))) return true;
  }
  return false;
}

}  // namespace

void read_elf(std::string_view bytes, Image& image) {
  const Bytes file(bytes);
  image.format = Image::Format::Elf;
  image.bits = file.get<uint8_t>(4) == 2 ? 64 : 32;
  image.machine = file.get<uint16_t>(0x12);
  image.is_library = file.get<uint16_t>(0x10) == kTypeShared;
  if (image.bits != 64) return;
  image.cut_off = is_cut_off(file);
  const uint16_t n_sections = file.get<uint16_t>(0x3c);
  for (uint16_t i = 0; i < n_sections; ++i) {
    const Section section = section_at(file, i);
    if (section.type == kSectionDynamic) read_needed(file, section, image);
    if (section.type != kSectionDynamicSymbols) continue;
    image.has_exports = true;
    read_symbols(file, section, image);
  }
}

}  // namespace tenon::module
