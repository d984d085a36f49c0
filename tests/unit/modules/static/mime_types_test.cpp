// SPDX-License-Identifier: Apache-2.0
#include "modules/static/mime_types.hpp"

#include <string>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tenon::static_files
