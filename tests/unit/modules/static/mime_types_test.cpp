// SPDX-License-Identifier: Apache-2.0
#include "modules/static/mime_types.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/places.hpp"

namespace tenon::static_files {
namespace {

TEST(MimeTypes, KnowTheCommonExtensions) {
  const MimeTypes types({});

  EXPECT_EQ(types.of("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(types.of("dir.d/STYLE.CSS"), "text/css; charset=utf-8");
  EXPECT_EQ(types.of("app.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(types.of("app.mjs"), "text/javascript; charset=utf-8");
  EXPECT_EQ(types.of("data.json"), "application/json");
  EXPECT_EQ(types.of("logo.svg"), "image/svg+xml");
  EXPECT_EQ(types.of("photo.JPeG"), "image/jpeg");
  EXPECT_EQ(types.of("font.woff2"), "font/woff2");
  EXPECT_EQ(types.of("code.wasm"), "application/wasm");
  EXPECT_EQ(types.of("a.7z"), "application/x-7z-compressed");
  EXPECT_EQ(types.of("a.zst"), "application/zstd");
}

TEST(MimeTypes, CallTheRestBytes) {
  const MimeTypes types({});

  EXPECT_EQ(types.of("README"), "application/octet-stream");
  EXPECT_EQ(types.of("a.unknown"), "application/octet-stream");
  EXPECT_EQ(types.of("html"), "application/octet-stream");
  EXPECT_EQ(types.of("a.html/README"), "application/octet-stream");
  EXPECT_EQ(types.of(""), "application/octet-stream");
  EXPECT_EQ(types.of("a."), "application/octet-stream");
  EXPECT_EQ(types.of("a." + std::string(1000, 'x')), "application/octet-stream");
}

TEST(MimeTypes, AreOverriddenByTheOperator) {
  const MimeTypes types(
      {{"md", "text/plain"}, {".Foo", "application/x-foo"}, {"txt", "text/plain; charset=us-ascii"}}
  );

  EXPECT_EQ(types.of("a.md"), "text/plain; charset=utf-8");
  EXPECT_EQ(types.of("a.FOO"), "application/x-foo");
  EXPECT_EQ(types.of("a.txt"), "text/plain; charset=us-ascii");
  EXPECT_EQ(types.of("a.html"), "text/html; charset=utf-8");
}

TEST(MimeTypes, AreCheckedBeforeTheyAreUsed) {
  EXPECT_TRUE(is_media_type("text/plain"));
  EXPECT_TRUE(is_media_type("text/plain; charset=utf-8"));
  EXPECT_TRUE(is_media_type("application/vnd.a+b"));
  EXPECT_FALSE(is_media_type(""));
  EXPECT_FALSE(is_media_type("html"));
  EXPECT_FALSE(is_media_type("/html"));
  EXPECT_FALSE(is_media_type("text/"));
  EXPECT_FALSE(is_media_type("te xt/html"));
  EXPECT_FALSE(is_media_type("text/html\r\nX: y"));
  EXPECT_FALSE(is_media_type("text/html; a=\n"));
}

// The error in angle brackets, or "EXTENSION=TYPE " for each.
std::string parsed(std::string_view text) {
  const Result<StringMap, std::string> types = parse_types(text);
  if (!types) return "<" + types.error() + ">";
  std::string all;
  for (const auto& [extension, type] : *types) {
    all += extension + "=" + type + " ";
  }
  return all;
}

TEST(TypesFile, HasALineForEachType) {
  EXPECT_EQ(parsed(""), "");
  EXPECT_EQ(parsed("# a comment\n\n  \r\napplication/x-none\n"), "");
  EXPECT_EQ(
      parsed("text/html\t html HTM .xht # more\r\nimage/png png"),
      "htm=text/html; charset=utf-8 html=text/html; charset=utf-8 png=image/png "
      "xht=text/html; charset=utf-8 "
  );
  EXPECT_EQ(parsed("text/a;charset=utf-16 a\nb/c a"), "a=b/c ");
}

TEST(TypesFile, NamesTheLineThatIsWrong) {
  EXPECT_EQ(
      parsed("# types\ntext/html html\nhtml text/html\n"),
      "<line 3: \"html\" is no media type; a line has a type and its extensions, such as text/html "
      "html htm>"
  );
}

TEST(TypesFile, ReplacesTheBuiltInTypes) {
  const MimeTypes types({{"md", "text/markdown"}}, StringMap{{"md", "a/b"}, {"x", "c/d"}});

  EXPECT_EQ(types.of("a.md"), "text/markdown; charset=utf-8");
  EXPECT_EQ(types.of("a.X"), "c/d");
  EXPECT_EQ(types.of("a.html"), "application/octet-stream");
  EXPECT_EQ(MimeTypes({}, StringMap{{"html", "c/d"}}).of("a.html"), "c/d");
}

TEST(TypesFile, ThatShipsHasTheBuiltInTypes) {
  std::ifstream file(source_folder() + "/config/mime.types", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});

  const Result<StringMap, std::string> types = parse_types(text);

  ASSERT_TRUE(types) << types.error();
  EXPECT_EQ(*types, built_in_types());
}

}  // namespace
}  // namespace tenon::static_files
