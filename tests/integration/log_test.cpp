// SPDX-License-Identifier: Apache-2.0
// The error log: what happens to the service when it cannot be written.
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;

// A disk so small that a test can fill it; where the system lets us make one.
class SmallDisk {
 public:
  explicit SmallDisk(std::string folder)
      : folder_(std::move(folder)),
        made_(::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=64k") == 0) {}
  ~SmallDisk() {
    if (made_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool made() const { return made_; }
  // The last page of the log too.
  void fill() const {
    for (const std::string& path : {ballast(), folder_ + "/error.log"}) {
      std::ofstream file(path, std::ios::binary | std::ios::app);
      while (file.put('x').flush()) {
      }
    }
  }
  void make_room() const { std::remove(ballast().c_str()); }

 private:
  std::string ballast() const { return folder_ + "/ballast"; }

  const std::string folder_;
  const bool made_;
};

size_t count(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

TEST(ErrorLog, SurvivesAFullDiskAndSaysSoOnce) {
  const Sandbox sandbox;
  const SmallDisk disk(sandbox.path("logs"));
  if (!disk.made()) GTEST_SKIP() << "this needs the right to mount";
  const auto server = ServerProcess::start(sandbox, usual_config().text());
  ASSERT_NE(server, nullptr);

  disk.fill();
  ::kill(server->child_pid(), SIGKILL);
  ASSERT_TRUE(server->wait_ready(2)) << server->err();
  EXPECT_EQ(get(server->port(), "/").status, 200);
  ASSERT_TRUE(server->wait_for("tenon: error: cannot write the error log: ")) << server->err();

  disk.make_room();
  ::kill(server->child_pid(), SIGKILL);
  ASSERT_TRUE(server->wait_ready(3)) << server->err();
  EXPECT_EQ(get(server->port(), "/").status, 200);
  EXPECT_TRUE(server->stop());
  EXPECT_EQ(count(server->err(), "cannot write the error log"), 1u) << server->err();
  EXPECT_THAT(
      read_file(sandbox.path("logs/error.log")), HasSubstr(" lost, because this log could")
  );
  expect_nothing_left(sandbox, {});
}

}  // namespace
}  // namespace tenon::support
