// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/paths.hpp"
#include "config/config.hpp"

namespace tenon::config {
namespace {

namespace fs = std::filesystem;

class ReadSnapshot : public ::testing::Test {
 protected:
  ReadSnapshot() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = to_path(::testing::TempDir()) / "tenon_read_snapshot" / test->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "config");
    roots_ = {to_utf8(folder_), to_utf8(folder_)};
  }
  ~ReadSnapshot() override { fs::remove_all(folder_); }

  void write(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }

  fs::path folder_;
  Roots roots_;
  Diagnostics diagnostics_;
};

TEST_F(ReadSnapshot, TakesTheDefaultFileBelowTheDataRoot) {
  write(folder_ / "config" / "tenon.toml", "a = 1\r\n");

  const Snapshot snapshot = read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(diagnostics_.text(), "");
  ASSERT_EQ(snapshot.files.size(), 1u);
  EXPECT_EQ(snapshot.files[0].path, "config/tenon.toml");
  EXPECT_EQ(snapshot.files[0].bytes, "a = 1\r\n");
  EXPECT_EQ(snapshot.roots.data, roots_.data);
}

TEST_F(ReadSnapshot, HasNoFileForTheBuiltInConfiguration) {
  const Snapshot snapshot = read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(diagnostics_.text(), "");
  EXPECT_TRUE(snapshot.files.empty());
}

TEST_F(ReadSnapshot, OpensAFileWithAUtf8Name) {
  const std::string name = "b\xC3\xBC\xE2\x82\xAC.toml";
  write(folder_ / to_path(name), "a = 1");

  const Snapshot snapshot = read_snapshot(roots_, roots_.data + "/" + name, diagnostics_);

  EXPECT_EQ(diagnostics_.text(), "");
  ASSERT_EQ(snapshot.files.size(), 1u);
  EXPECT_EQ(snapshot.files[0].path, roots_.data + "/" + name);
}

TEST_F(ReadSnapshot, NamesAChosenFileThatIsMissing) {
  read_snapshot(roots_, "nowhere/x.toml", diagnostics_);

  EXPECT_EQ(
      diagnostics_.text(),
      "nowhere/x.toml: error: no such file; name an existing file with -f, or leave -f out for "
      "config/tenon.toml below \"" +
          roots_.data + "\""
  );
}

TEST_F(ReadSnapshot, RefusesAFolder) {
  read_snapshot(roots_, roots_.data + "/config", diagnostics_);

  EXPECT_EQ(diagnostics_.text(), roots_.data + "/config: error: this is a folder, not a file");
}

TEST_F(ReadSnapshot, RefusesAFileOverTheLimit) {
  const fs::path path = folder_ / "config" / "tenon.toml";
  write(path, std::string(limits::kConfigBytesMax, '#'));
  EXPECT_EQ(read_snapshot(roots_, "", diagnostics_).files.size(), 1u);

  write(path, std::string(limits::kConfigBytesMax + 1, '#'));
  const Snapshot snapshot = read_snapshot(roots_, "", diagnostics_);

  EXPECT_TRUE(snapshot.files.empty());
  EXPECT_EQ(
      diagnostics_.text(),
      "config/tenon.toml: error: this file is larger than 4 MiB, which no configuration needs"
  );
}

}  // namespace
}  // namespace tenon::config
