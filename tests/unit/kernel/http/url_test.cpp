// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::http {
namespace {

// The decoded path, or the status of the refusal.
std::string decoded(std::string_view raw) {
  Arena arena(64 * 1024);
  std::string_view path;
  const Refusal refusal = decode_path(raw, arena, path);
  return refusal ? std::to_string(refusal.status) : std::string(path);
}

struct Case {
  const char* raw;
  const char* path;
};

TEST(DecodePath, DecodesOnceAndRemovesDotSegments) {
  const Case cases[] = {
      {"/", "/"},
      {"/a", "/a"},
      {"/a/", "/a/"},
      {"/a%20b", "/a b"},
      {"/%e4%b8%ad", "/\xe4\xb8\xad"},
      {"/%2541", "/%41"},
      {"/a+b", "/a+b"},
      {"/./", "/"},
      {"/.", "/"},
      {"/a/.", "/a/"},
      {"/a/./b", "/a/b"},
      {"/a/..", "/"},
      {"/a/../b", "/b"},
      {"/a/b/../../c", "/c"},
      {"/a/%2e%2e/b", "/b"},
      {"/a/%2E/b", "/a/b"},
      {"//", "//"},
      {"//a", "//a"},
      {"/a//../b", "/a/b"},
      {"/...", "/..."},
      {"/..a", "/..a"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(decoded(c.raw), c.path) << c.raw;
  }
}

TEST(DecodePath, RefusesWhatCouldBeReadInTwoWays) {
  const char* const paths[] = {
      "/..",  "/../a", "/a/../..", "/a/../../b", "/%2e%2e", "/./..", "/%00", "/a%00b", "/%0a",
      "/%0D", "/%7f",  "/%2f",     "/a%2Fb",     "/%5c",    "/a\\b", "/%",   "/%4",    "/%4x",
      "/%xx", "/%ff",  "/%c0%af",  "/%ed%a0%80", "a",       "",      "/a\n", "/\x1e",  "/\x7f",
  };
  for (const char* const path : paths) {
    EXPECT_EQ(decoded(path), "400") << path;
  }
}

TEST(NormalPath, IsWhatDecodingGives) {
  EXPECT_TRUE(is_normal_path("/"));
  EXPECT_TRUE(is_normal_path("/a b//c"));
  EXPECT_FALSE(is_normal_path(""));
  EXPECT_FALSE(is_normal_path("a"));
  EXPECT_FALSE(is_normal_path("/a/../b"));
  EXPECT_FALSE(is_normal_path("/."));
  EXPECT_FALSE(is_normal_path("/a\\b"));
  EXPECT_FALSE(is_normal_path("/a\n"));
  EXPECT_FALSE(is_normal_path("/\xff"));
}

TEST(ParseHost, DropsPortAndFinalDot) {
  Arena arena(64 * 1024);
  std::string_view host;

  EXPECT_FALSE(parse_host("WWW.Example.COM.:80", arena, host));
  EXPECT_EQ(host, "www.example.com");
  EXPECT_FALSE(parse_host("[2001:DB8::1]:443", arena, host));
  EXPECT_EQ(host, "[2001:db8::1]");
}

}  // namespace
}  // namespace tenon::http
