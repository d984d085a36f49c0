// SPDX-License-Identifier: Apache-2.0
#include "event/memory_map.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

constexpr std::string_view kMaps =
    "10000-11000 r--p 00000000 08:01 77         /opt/tenon/bin/tenon\n"
    "20000-21000 r--p 00000000 08:01 78         /opt/a folder/mod_x.so (deleted)\n"
    "21000-24000 r-xp 00001000 08:01 78         /opt/a folder/mod_x.so (deleted)\n"
    "24000-25000 rw-p 00000000 00:00 0 \n"
    "ffff0000-ffff1000 r-xp 00000000 00:00 0                  [vdso]\n";

MemoryMap look_up(std::uint64_t address, std::string_view text, std::size_t piece) {
  MemoryMap map(address);
  while (!text.empty() && map.take(text.substr(0, piece)))
    text.remove_prefix(std::min(piece, text.size()));
  return map;
}

TEST(MemoryMap, FindsFileAndOffsetHoweverTheTextIsSplit) {
  for (const std::size_t piece : {1, 2, 7, 64, 4096}) {
    const MemoryMap map = look_up(0x22345, kMaps, piece);

    EXPECT_TRUE(map.found()) << piece;
    EXPECT_EQ(map.name(), "mod_x.so") << piece;
    EXPECT_EQ(map.offset(), 0x2345u) << piece;
  }
}

TEST(MemoryMap, HasNoNameWithoutAFile) {
  const MemoryMap map = look_up(0x24010, kMaps, 4096);

  EXPECT_TRUE(map.found());
  EXPECT_EQ(map.name(), "");
  EXPECT_EQ(map.offset(), 0x24010u);
}

TEST(MemoryMap, KnowsWhatTheSystemMapsItself) {
  EXPECT_EQ(look_up(0xffff0008, kMaps, 4096).name(), "[vdso]");
}

TEST(MemoryMap, DoesNotFindWhatIsNotMapped) {
  EXPECT_FALSE(look_up(0x12000, kMaps, 4096).found());
  EXPECT_FALSE(look_up(0x20000, "", 4096).found());
}

TEST(MemoryMap, CutsLongNamesAndLines) {
  const std::string text = "20000-21000 r--p 00000000 08:01 78 /" + std::string(3000, 'x') +
                           "\n30000-31000 r--p 00000000 08:01 79 /mod_y.so\n";

  EXPECT_EQ(look_up(0x20001, text, 4096).name(), std::string(64, 'x'));
  EXPECT_EQ(look_up(0x30001, text, 100).name(), "mod_y.so");
}

}  // namespace
}  // namespace tenon::mpm
