// SPDX-License-Identifier: Apache-2.0
// Names that mean more to a file system than they say: never the content, whatever the spelling.
#include <filesystem>

#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/process.hpp"
#include "support/served.hpp"
#include "support/wine_prefix.hpp"

namespace tenon::support {
namespace {

constexpr std::string_view kSecret = "the secret content";

void make_traps(const Sandbox& sandbox) {
  namespace fs = std::filesystem;
  sandbox.write("secret.txt", kSecret);
  sandbox.write("outside/secret.txt", kSecret);
  sandbox.write("htdocs/plain.txt", "plain");
  sandbox.write("htdocs/folder/inner.txt", kSecret);
  sandbox.write("htdocs/a rather long file name.example.txt", kSecret);
  fs::create_symlink(sandbox.path("secret.txt"), sandbox.path("htdocs/link.txt"));
  fs::create_symlink("../secret.txt", sandbox.path("htdocs/relative-link.txt"));
  fs::create_directory_symlink(sandbox.path("outside"), sandbox.path("htdocs/linked-folder"));
  fs::create_symlink("/dev/zero", sandbox.path("htdocs/device"));
}

Served& trapped_server() {
  return Served::shared("traps", usual_config(), make_traps);
}

class PathTrap : public ::testing::TestWithParam<const char*> {};

TEST_P(PathTrap, IsRefusedWithoutTheContent) {
  const Served& served = trapped_server();
  ASSERT_TRUE(served.up());

  const Response answer = get(served.port(), GetParam());

  EXPECT_TRUE(answer.status == 400 || answer.status == 404) << answer.status;
  EXPECT_EQ(answer.body.find("secret content"), std::string::npos);
  EXPECT_EQ(answer.body.find("plain"), std::string::npos);
  EXPECT_EQ(answer.field("ETag"), "") << "it came from a file";
}

constexpr const char* kTraps[] = {
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/folder/../../secret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/folder%5cinner.txt",
    "/folder\\inner.txt",
    "/folder%2finner.txt",
    "/folder/%2e%2e%5c..%5csecret.txt",
    "/.../secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/%252e%252e/secret.txt",
    "/plain.txt%00",
    "/plain.txt%00.html",
    "/plain.txt.",
    "/plain.txt...",
    "/plain.txt%20",
    "/plain.txt%20.",
    "/folder./inner.txt",
    "/folder%20/inner.txt",
    "/plain.txt::$DATA",
    "/plain.txt:stream",
    "/plain.txt%3a%3a$DATA",
    "/folder::$INDEX_ALLOCATION/inner.txt",
    "/PLAIN.TXT",
    "/Plain.txt",
    "/FOLDER/inner.txt",
    "/plain.tx%3f",
    "/plain.*",
    "/CON",
    "/con.txt",
    "/NUL",
    "/nul.html",
    "/AUX",
    "/aux.txt",
    "/COM1",
    "/COM%C2%B9",
    "/LPT1.txt",
    "/CONIN$",
    "/folder/NUL",
    "/%5c%5c%3f%5cC:%5cwindows%5cwin.ini",
    "/%5c%5clocalhost%5cc$%5cwindows%5cwin.ini",
    "/C:/windows/win.ini",
    "/C:%5cwindows%5cwin.ini",
    "/Z:/etc/passwd",
    "//etc/passwd",
    "/link.txt",
    "/relative-link.txt",
    "/linked-folder/secret.txt",
    "/linked-folder/",
    "/device",
    "/ARATHE~1.TXT",
};

INSTANTIATE_TEST_SUITE_P(All, PathTrap, ::testing::ValuesIn(kTraps));

TEST(Paths, PlainNamesAreServed) {
  const Served& served = trapped_server();
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/plain.txt").body, "plain");
  EXPECT_EQ(get(served.port(), "/%70lain.txt").body, "plain");
  EXPECT_EQ(get(served.port(), "/folder/../plain.txt").body, "plain");
  EXPECT_EQ(get(served.port(), "/folder/inner.txt").body, kSecret);
  EXPECT_EQ(get(served.port(), "/a%20rather%20long%20file%20name.example.txt").status, 200);
}

// The alias that this file system really gives the file, not one that might exist.
TEST(Paths, ShortAliasIsRefused) {
  if (!on_windows()) GTEST_SKIP() << "only Windows has short names";
  const Served& served = trapped_server();
  ASSERT_TRUE(served.up());
  const std::string file = served.sandbox().path("htdocs/a rather long file name.example.txt");

  const CommandResult alias = run(
      {.argv = {"wine", "winepath", "-s", target_path(file)}, .env = WinePrefix::instance().env()}
  );
  std::string name = alias.out.substr(alias.out.rfind('\\') + 1);
  name.erase(name.find_last_not_of("\r\n") + 1);
  ASSERT_NE(name.find('~'), std::string::npos) << alias.out << alias.err;
  const Response answer = get(served.port(), "/" + name);

  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body.find("secret content"), std::string::npos);
}

}  // namespace
}  // namespace tenon::support
