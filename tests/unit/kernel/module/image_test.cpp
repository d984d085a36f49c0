// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/image.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::module {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::string bytes_of(const std::string& fault) {
  std::ifstream file(to_path(faulty_file(fault)), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class T>
void put(std::string& bytes, size_t offset, T value) {
  if (bytes.size() < offset + sizeof value) bytes.resize(offset + sizeof value);
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

std::string pe_header(uint16_t machine, uint16_t magic) {
  std::string bytes = "MZ";
  put<uint32_t>(bytes, 0x3c, 0x80);
  put<uint32_t>(bytes, 0x80, 0x00004550);
  put<uint16_t>(bytes, 0x84, machine);
  put<uint16_t>(bytes, 0x96, 0x2000);  // a DLL
  put<uint16_t>(bytes, 0x98, magic);
  return bytes;
}

std::string elf_header(char bits, uint16_t machine, uint16_t type) {
  std::string bytes =
      "\x7f"
      "ELF";
  put<char>(bytes, 4, bits);
  put<uint16_t>(bytes, 0x10, type);
  put<uint16_t>(bytes, 0x12, machine);
  return bytes;
}

TEST(Image, ReadsWhatAModuleExports) {
  const Image image = read_image(bytes_of("healthy"));

  EXPECT_TRUE(image.is_library);
  EXPECT_EQ(image.bits, 64);
  EXPECT_TRUE(image.has_exports);
  EXPECT_THAT(image.exports, Contains("tenon_module_v0"));
  EXPECT_EQ(image_mismatch(image), "");
}

TEST(Image, Knows32BitLibraries) {
  EXPECT_EQ(read_image(pe_header(0x14c, 0x10b)).bits, 32);
  EXPECT_EQ(read_image(elf_header(1, 3, 3)).bits, 32);
}

TEST(Image, NamesWhatDoesNotFit) {
#ifdef _WIN32
  const Image foreign = read_image(elf_header(2, 62, 3));
  const Image small = read_image(pe_header(0x14c, 0x10b));
  const Image arm = read_image(pe_header(0xaa64, 0x20b));
#else
  const Image foreign = read_image(pe_header(0x8664, 0x20b));
  const Image small = read_image(elf_header(1, 3, 3));
  const Image arm = read_image(elf_header(2, 40, 3));
#endif

  EXPECT_THAT(image_mismatch(foreign), HasSubstr(", and this server needs a "));
  EXPECT_EQ(image_mismatch(small), "it is a 32-bit library, and this server is a 64-bit program");
  EXPECT_EQ(
      image_mismatch(arm), "it was built for another processor architecture than this server"
  );
  EXPECT_THAT(image_mismatch(read_image("#!/bin/sh\n")), HasSubstr("it is not a "));
}

TEST(Image, SeesThatItsEndIsMissing) {
  const std::string whole = bytes_of("healthy");
  EXPECT_FALSE(read_image(whole).cut_off);
  EXPECT_FALSE(read_image("#!/bin/sh\n").cut_off);
  for (size_t length = 0; length < whole.size(); length += 997) {
    if (length == 1) continue;
    EXPECT_TRUE(read_image(std::string_view(whole).substr(0, length)).cut_off) << length;
  }
  EXPECT_TRUE(read_image(std::string_view(whole).substr(0, whole.size() - 1)).cut_off);
}

TEST(Image, NamesTheLibrariesThatItNeeds) {
  const Image image = read_image(bytes_of("missing_dependency"));

  EXPECT_THAT(image.imports, Contains(HasSubstr("vanished")));
}

TEST(Image, SurvivesEveryCutAndManyLies) {
  const std::string whole = bytes_of("healthy");
  for (size_t length = 0; length < whole.size(); length += 97) {
    read_image(std::string_view(whole).substr(0, length));
  }
  for (size_t offset = 0; offset < 1024; ++offset) {
    std::string bytes = whole;
    bytes[offset] = '\xff';
    read_image(bytes);
  }
  SUCCEED();
}

}  // namespace
}  // namespace tenon::module
