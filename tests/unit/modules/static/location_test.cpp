// SPDX-License-Identifier: Apache-2.0
#include "modules/static/location.hpp"

#include <gtest/gtest.h>

namespace tenon::static_files {
namespace {

TEST(FolderLocation, AddsTheSlashAndKeepsTheQuery) {
  EXPECT_EQ(folder_location("/docs", ""), "/docs/");
  EXPECT_EQ(folder_location("/docs/api", "a=1&b=%20"), "/docs/api/?a=1&b=%20");
}

TEST(FolderLocation, EncodesThePathAgain) {
  EXPECT_EQ(folder_location("/a b/100%/?#[x]", ""), "/a%20b/100%25/%3F%23%5Bx%5D/");
  EXPECT_EQ(folder_location("/na\xC3\xAFve", ""), "/na%C3%AFve/");
  EXPECT_EQ(folder_location("/~u/a-b_c.d;e=f,g(h)!$&'*+:@", ""), "/~u/a-b_c.d;e=f,g(h)!$&'*+:@/");
}

TEST(FolderLocation, NeverLeavesTheSite) {
  EXPECT_EQ(folder_location("//evil.example", ""), "/evil.example/");
  EXPECT_EQ(folder_location("///evil.example", ""), "/evil.example/");
  EXPECT_EQ(folder_location("/\\evil.example", ""), "/evil.example/");
  EXPECT_EQ(folder_location("/a\\b", ""), "/a%5Cb/");
  EXPECT_EQ(folder_location("/", ""), "/");
  EXPECT_EQ(folder_location("//", ""), "/");
}

TEST(FolderLocation, LetsNothingIntoTheNextLine) {
  EXPECT_EQ(folder_location("/a\r\nSet-Cookie: x", ""), "/a%0D%0ASet-Cookie:%20x/");
  EXPECT_EQ(folder_location("/a", "b\r\nc \x7F\xFF"), "/a/?b%0D%0Ac%20%7F%FF");
}

}  // namespace
}  // namespace tenon::static_files
