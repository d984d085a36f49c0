// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gtest/gtest.h>

#include "files/file.hpp"
#include "files/store.hpp"
#include "sample_folder.hpp"

namespace tenon::files {
namespace {

class FilesApi : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = folder_.text();
    ASSERT_EQ(api().root_open(nullptr, str(path), &root_), TENON_OK);
  }
  void TearDown() override { api().root_close(root_); }

  SampleFolder folder_;
  tenon_root* root_ = nullptr;
};

TEST_F(FilesApi, TellsAboutASmallFile) {
  folder_.write_aged("dir/a.txt", "hello");
  tenon_file* file = nullptr;

  ASSERT_EQ(api().open(nullptr, root_, str("dir/a.txt"), 1, &file), TENON_OK);
  tenon_file_info info{};
  EXPECT_EQ(api().info(file, &info), TENON_E_ARG) << "without a size nothing may be written";
  info.struct_size = sizeof info;
  ASSERT_EQ(api().info(file, &info), TENON_OK);

  EXPECT_EQ(info.kind, TENON_FILE_REGULAR);
  EXPECT_EQ(info.size, 5u);
  EXPECT_EQ(view(info.content), "hello");
  EXPECT_EQ(view(info.final_name), "dir/a.txt");
  EXPECT_NE(info.id_file, 0u);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  EXPECT_NEAR(static_cast<double>(now_ns - info.mtime_ns) / 1e9, 60, 30);
  EXPECT_EQ(os_file(*file), -1);
  EXPECT_EQ(size(*file), 5u);
  EXPECT_EQ(view(content(*file)), "hello");
  api().close(file);
}

TEST_F(FilesApi, GivesTheHandleOfALargeFile) {
  folder_.write_aged("big", std::string(kCachedBytesMax + 1, 'b'));
  tenon_file* file = nullptr;

  ASSERT_EQ(api().open(nullptr, root_, str("big"), 1, &file), TENON_OK);

  EXPECT_NE(os_file(*file), -1);
  EXPECT_EQ(content(*file).ptr, nullptr);
  EXPECT_EQ(size(*file), kCachedBytesMax + 1);
  release(file);
}

TEST_F(FilesApi, RefusesAMissingFolder) {
  tenon_root* root = nullptr;
  const std::string path = folder_.text() + "/missing";

  EXPECT_EQ(api().root_open(nullptr, str(path), &root), TENON_E_NOT_FOUND);
  EXPECT_EQ(api().root_open(nullptr, str(""), &root), TENON_E_ARG);
  EXPECT_EQ(root, nullptr);
}

TEST_F(FilesApi, ClosingNothingIsAllowed) {
  api().close(nullptr);
  api().root_close(nullptr);
}

TEST_F(FilesApi, KeepsRootsApart) {
  const SampleFolder other;
  folder_.write_aged("a", "one");
  other.write_aged("a", "two");
  tenon_root* second = nullptr;
  const std::string path = other.text();
  ASSERT_EQ(api().root_open(nullptr, str(path), &second), TENON_OK);

  for (const auto& [root, expected] : {std::pair(root_, "one"), std::pair(second, "two")}) {
    tenon_file* file = nullptr;
    ASSERT_EQ(api().open(nullptr, root, str("a"), 1, &file), TENON_OK);
    EXPECT_EQ(view(content(*file)), expected);
    api().close(file);
  }
  api().root_close(second);
}

}  // namespace
}  // namespace tenon::files
