// SPDX-License-Identifier: Apache-2.0
// Links and special files can be made here, on Linux. That the Windows build refuses links as well
// is shown by the integration tests, which make them from outside.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "files/store.hpp"
#include "sample_folder.hpp"

namespace tenon::files {
namespace {

class FileLinks : public testing::Test {
 protected:
  void SetUp() override {
    outside_.write("secret.txt", "secret");
    inside_.write("real.txt", "real");
    inside_.write("dir/a.txt", "a");
    ASSERT_EQ(resolve_folder(inside_.text(), root_.folder), TENON_OK);
  }

  tenon_status open(std::string_view name) {
    FileRef file;
    return store_.open(root_, name, true, 1, file);
  }
  void link(const std::filesystem::path& target, std::string_view name) {
    std::filesystem::create_symlink(target, inside_.path(name));
  }

  SampleFolder outside_;
  SampleFolder inside_;
  tenon_root root_;
  Store store_;
};

TEST_F(FileLinks, AreRefusedWhereverTheyLead) {
  link(outside_.path("secret.txt"), "to_secret");
  link(outside_.path(), "to_outside");
  link("real.txt", "to_real");
  link("dir", "to_dir");
  link("nowhere", "dangling");
  link("loop", "loop");

  EXPECT_EQ(open("to_secret"), TENON_E_DENIED);
  EXPECT_EQ(open("to_outside/secret.txt"), TENON_E_DENIED);
  EXPECT_EQ(open("to_outside"), TENON_E_DENIED);
  EXPECT_EQ(open("to_real"), TENON_E_DENIED);
  EXPECT_EQ(open("to_dir/a.txt"), TENON_E_DENIED);
  EXPECT_NE(open("dangling"), TENON_OK);
  EXPECT_EQ(open("loop"), TENON_E_DENIED);
  EXPECT_EQ(open("real.txt"), TENON_OK);
}

TEST_F(FileLinks, AreResolvedOnceInTheRootItself) {
  link(outside_.path(), "as_root");
  ASSERT_EQ(resolve_folder(inside_.text() + "/as_root", root_.folder), TENON_OK);
  root_.number = 2;

  EXPECT_EQ(open("secret.txt"), TENON_OK);
}

TEST_F(FileLinks, SpecialFilesAreRefusedWithoutBlocking) {
  ASSERT_EQ(::mkfifo((inside_.text() + "/fifo").c_str(), 0600), 0);
  EXPECT_EQ(open("fifo"), TENON_E_DENIED);

  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = inside_.text() + "/socket";
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(open("socket"), TENON_E_DENIED);
  ::close(socket);
}

TEST_F(FileLinks, DevicesOfTheMachineAreRefused) {
  ASSERT_EQ(resolve_folder("/dev", root_.folder), TENON_OK);

  EXPECT_EQ(open("null"), TENON_E_DENIED);
  EXPECT_EQ(open("zero"), TENON_E_DENIED);
}

TEST_F(FileLinks, TheRootOfTheFileSystemCanBeARoot) {
  ASSERT_EQ(resolve_folder("/", root_.folder), TENON_OK);

  EXPECT_EQ(open(""), TENON_OK);
  EXPECT_EQ(open(std::string_view(inside_.text()).substr(1)), TENON_OK);
}

}  // namespace
}  // namespace tenon::files
