// SPDX-License-Identifier: Apache-2.0
#include "config/paths.hpp"

#include <gtest/gtest.h>

namespace tenon::config {
namespace {

std::string resolved(std::string_view root, std::string_view path, PathRules rules) {
  const Result<std::string, std::string> result = resolve_path(root, path, rules);
  return result ? *result : "refused: " + result.error();
}
std::string on_windows(std::string_view path) {
  return resolved("C:/data", path, PathRules::Windows);
}
std::string on_posix(std::string_view path) {
  return resolved("/data", path, PathRules::Posix);
}

TEST(Paths, PutsARelativePathBelowTheRoot) {
  EXPECT_EQ(on_windows("htdocs"), "C:/data/htdocs");
  EXPECT_EQ(on_posix("htdocs"), "/data/htdocs");
  EXPECT_EQ(on_posix("."), "/data");
}

TEST(Paths, KeepsAnAbsolutePath) {
  EXPECT_EQ(on_windows("D:/www"), "D:/www");
  EXPECT_EQ(on_windows("D:/"), "D:/");
  EXPECT_EQ(on_windows("//server/share/www"), "//server/share/www");
  EXPECT_EQ(on_posix("/srv/www"), "/srv/www");
  EXPECT_EQ(on_posix("/"), "/");
}

TEST(Paths, WritesSlashesOnWindows) {
  EXPECT_EQ(on_windows("D:\\www\\a"), "D:/www/a");
  EXPECT_EQ(on_windows("\\\\server\\share\\www"), "//server/share/www");
  EXPECT_EQ(on_posix("a\\b"), "/data/a\\b");
}

TEST(Paths, ResolvesDotsButNeverAboveTheTop) {
  EXPECT_EQ(on_posix("a//./b/../c/"), "/data/a/c");
  EXPECT_EQ(on_posix("../../../x"), "/x");
  EXPECT_EQ(on_windows("../../../x"), "C:/x");
  EXPECT_EQ(on_windows("//server/share/../../x"), "//server/share/x");
}

TEST(Paths, RefusesWhatDependsOnTheCurrentFolder) {
  EXPECT_EQ(
      on_windows("D:www"),
      "refused: depends on the current folder of its drive; write a '/' after the colon"
  );
  EXPECT_EQ(
      on_windows("/srv"),
      "refused: has no drive letter; write \"D:/folder\", or a relative path for one below the "
      "data root"
  );
}

TEST(Paths, RefusesWhatIsNoFolderOrFile) {
  EXPECT_EQ(on_posix(""), "refused: is empty; \".\" is the data root itself");
  EXPECT_EQ(on_posix(std::string_view("a\0b", 3)), "refused: has a control character");
  EXPECT_EQ(
      on_windows("\\\\?\\D:\\www"),
      "refused: names a device; write it as \"D:/folder\" or \"//server/share/folder\""
  );
  EXPECT_EQ(
      on_windows("//server"), "refused: names no share; write it as \"//server/share/folder\""
  );
  EXPECT_EQ(on_windows("a.txt:stream"), "refused: has a ':' inside, which no name may have");
  EXPECT_EQ(on_posix("a:b"), "/data/a:b");
}

TEST(Paths, ComparesAsThePlatformDoes) {
  EXPECT_TRUE(same_path("C:/A", "c:/a", PathRules::Windows));
  EXPECT_FALSE(same_path("/A", "/a", PathRules::Posix));
}

}  // namespace
}  // namespace tenon::config
