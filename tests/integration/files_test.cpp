// SPDX-License-Identifier: Apache-2.0
// Contents of files: large, empty, changing.
#include <cstring>
#include <filesystem>
#include <random>

#include <gtest/gtest.h>

#include "support/curl.hpp"
#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(usual_server().up()); }
  uint16_t port() const { return usual_server().port(); }
  std::string path(const std::string& name) const {
    return usual_server().sandbox().path("htdocs/" + name);
  }
};

// Every 8 bytes differ, so that a swapped or repeated block is noticed.
std::string numbered_bytes(size_t size) {
  std::mt19937_64 generator(7);
  std::string bytes(size, '\0');
  for (size_t i = 0; i + 8 <= size; i += 8) {
    const uint64_t value = generator();
    std::memcpy(bytes.data() + i, &value, 8);
  }
  return bytes;
}

// A plain == : the failure message would otherwise hold the file.
bool same(const std::string& a, const std::string& b) {
  return a == b;
}

TEST_F(Files, LargeFileArrivesWhole) {
  const std::string bytes = numbered_bytes(20'000'003);
  write_file(path("large.bin"), bytes);

  const Response raw = get(port(), "/large.bin");
  const CurlResult by_curl = curl(port(), "/large.bin");

  EXPECT_EQ(raw.status, 200);
  EXPECT_EQ(raw.field("Content-Type"), "application/octet-stream");
  EXPECT_TRUE(same(raw.body, bytes)) << raw.body.size() << " bytes";
  EXPECT_TRUE(same(by_curl.response.body, bytes)) << by_curl.response.body.size() << " bytes";
}

TEST_F(Files, SizesAroundBufferLimitsArriveWhole) {
  HttpConnection connection(port());

  for (const size_t edge : {1024u, 64u * 1024, 128u * 1024, 256u * 1024, 4u * 1024 * 1024}) {
    for (const size_t size : {edge - 1, edge, edge + 1}) {
      const std::string name = "edge-" + std::to_string(size) + ".bin";
      write_file(path(name), numbered_bytes(size));
      const Response answer = connection.request("GET", "/" + name);
      ASSERT_EQ(answer.status, 200) << name;
      EXPECT_TRUE(same(answer.body, numbered_bytes(size))) << name;
    }
  }
}

TEST_F(Files, EmptyFile) {
  write_file(path("empty.txt"), "");
  HttpConnection connection(port());

  const Response first = connection.request("GET", "/empty.txt");
  const Response second = connection.request("GET", "/empty.txt");

  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.field("Content-Length"), "0");
  EXPECT_EQ(second.status, 200);
}

TEST_F(Files, ReplacedFileIsServedSoon) {
  write_file(path("page.html"), "old content");
  const Response before = get(port(), "/page.html");

  replace_file(path("page.html"), "new, longer content");

  const auto is_new = [&] { return get(port(), "/page.html").body == "new, longer content"; };
  EXPECT_EQ(before.body, "old content");
  // An entry of the cache is looked at again after a second.
  EXPECT_TRUE(poll_until(is_new, seconds(4)));
  EXPECT_NE(get(port(), "/page.html").field("ETag"), before.field("ETag"));
}

TEST_F(Files, DeletedAndCreatedFilesAreNoticed) {
  write_file(path("comes.txt"), "here");
  EXPECT_EQ(get(port(), "/comes.txt").status, 200);
  EXPECT_EQ(get(port(), "/later.txt").status, 404);

  std::filesystem::remove(path("comes.txt"));
  write_file(path("later.txt"), "later");

  EXPECT_TRUE(poll_until([&] { return get(port(), "/comes.txt").status == 404; }, seconds(4)));
  EXPECT_TRUE(poll_until([&] { return get(port(), "/later.txt").status == 200; }, seconds(4)));
}

TEST_F(Files, FolderWithoutSlashIsRedirected) {
  write_file(path("docs/index.html"), "docs");

  const Response redirect = get(port(), "/docs?x=1");
  const Response index = get(port(), "/docs/");

  EXPECT_EQ(redirect.status, 308);
  EXPECT_EQ(redirect.field("Location"), "/docs/?x=1");
  EXPECT_EQ(index.body, "docs");
}

TEST_F(Files, FolderWithoutIndexIs404) {
  write_file(path("bare/file.txt"), "x");

  EXPECT_EQ(get(port(), "/bare/").status, 404);
}

TEST_F(Files, NamesOfTheWorld) {
  write_file(path("na\u00efve \u65e5\u672c.txt"), "names");

  const Response answer = get(port(), "/na%C3%AFve%20%E6%97%A5%E6%9C%AC.txt");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "names");
}

TEST_F(Files, TypesFollowExtensions) {
  write_file(path("a.css"), "a");
  write_file(path("a.js"), "a");
  write_file(path("a.png"), "a");

  EXPECT_TRUE(get(port(), "/a.css").field("Content-Type").starts_with("text/css"));
  EXPECT_TRUE(get(port(), "/a.js").field("Content-Type").starts_with("text/javascript"));
  EXPECT_EQ(get(port(), "/a.png").field("Content-Type"), "image/png");
  EXPECT_EQ(get(port(), "/a.css").field("X-Content-Type-Options"), "nosniff");
}

}  // namespace
}  // namespace tenon::support
