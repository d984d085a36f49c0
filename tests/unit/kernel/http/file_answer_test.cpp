// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/paths.hpp"
#include "files/file.hpp"
#include "tests/sim/server.hpp"

namespace tenon::http {
namespace {

using sim::Answer;
using sim::answers;
using sim::Connection;
using sim::Server;
using ::testing::EndsWith;
using ::testing::IsEmpty;

constexpr uint64_t kMiB = 1024 * 1024;

// Serves the files of a folder of its own, whole.
class FileAnswer : public ::testing::Test {
 protected:
  FileAnswer() {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::absolute(::testing::TempDir()) /
             (std::string("tenon_file_answer_") + test->name());
    std::filesystem::create_directories(folder);
    write("small.txt", 5);
    write("large.bin", 9 * kMiB);
    const std::string path = to_utf8(folder);
    EXPECT_EQ(files::api().root_open(nullptr, str(path), &root), TENON_OK);
    server.route("/*", [this](tenon_req* request, const tenon_req_info& info) {
      return serve(request, info.rest);
    });
  }
  ~FileAnswer() override {
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
    server.mpm.close_all();
    files::api().root_close(root);
    std::filesystem::remove_all(folder);
  }

  void write(const char* name, uint64_t size) {
    std::ofstream(folder / name, std::ios::binary) << "start";
    std::filesystem::resize_file(folder / name, size);
  }

  tenon_verdict serve(tenon_req* request, tenon_str name) {
    tenon_file* file = nullptr;
    if (files::api().open(request, root, name, 1, &file) != TENON_OK) return TENON_NEXT;
    const uint64_t size = files::size(*file);
    EXPECT_EQ(server.host.respond_file(request, 200, nullptr, 0, file, 1, size), TENON_E_ARG);
    EXPECT_EQ(server.host.respond_file(request, 304, nullptr, 0, file, 0, 1), TENON_E_ARG);
    EXPECT_EQ(server.host.respond_file(request, 200, nullptr, 0, file, 0, size), TENON_OK);
    return TENON_FINISHED;
  }

  static std::string request(const char* method, const char* path) {
    return std::string(method) + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  std::filesystem::path folder;
  tenon_root* root = nullptr;
  Server server;
};

TEST_F(FileAnswer, SendsALargeFileInRanges) {
  Connection& connection = server.connect();
  connection.send(request("GET", "/large.bin"));
  server.mpm.run();

  ASSERT_EQ(connection.writes.size(), 3u);
  EXPECT_THAT(connection.writes[0].memory, EndsWith("Content-Length: 9437184\r\n\r\n"));
  EXPECT_NE(connection.writes[0].os_file, -1);
  EXPECT_EQ(connection.writes[0].length, 4 * kMiB);
  EXPECT_EQ(connection.writes[1].memory, "");
  EXPECT_EQ(connection.writes[1].offset, 4 * kMiB);
  EXPECT_EQ(connection.writes[2].offset, 8 * kMiB);
  EXPECT_EQ(connection.writes[2].length, 1 * kMiB);
  EXPECT_EQ(answers(connection.take_output())[0].body.size(), 9 * kMiB);
  EXPECT_FALSE(connection.closed);
}

TEST_F(FileAnswer, SendsASmallFileWhetherCachedOrNot) {
  for (int i = 0; i < 3; ++i) {
    const Answer got = answers(server.exchange(request("GET", "/small.txt"))).at(0);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("Content-Length"), "5");
    EXPECT_EQ(got.body.size(), 5u);
  }
}

TEST_F(FileAnswer, SendsOnlyTheHeadToHead) {
  Connection& connection = server.connect();
  connection.send(request("HEAD", "/large.bin"));
  server.mpm.run();

  ASSERT_EQ(connection.writes.size(), 1u);
  EXPECT_EQ(connection.writes[0].length, 0u);
  EXPECT_THAT(connection.writes[0].memory, EndsWith("Content-Length: 9437184\r\n\r\n"));
}

TEST_F(FileAnswer, LetsGoOfTheFileWhenTheClientIsLost) {
  Connection& connection = server.connect();
  connection.behaviour.hold_sends = true;
  connection.send(request("GET", "/large.bin"));
  server.mpm.run();
  connection.complete_send();
  connection.lose();

  EXPECT_EQ(connection.writes.size(), 2u);
}

}  // namespace
}  // namespace tenon::http
