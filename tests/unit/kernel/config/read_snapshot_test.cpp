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
  EXPECT_EQ(diagnostics_.text(), "config/tenon.toml: error: this file is larger than 4MiB");
}

TEST_F(ReadSnapshot, TakesTheFolderBesideItInTheOrderOfBytes) {
  write(folder_ / "config" / "tenon.toml", "");
  fs::create_directories(folder_ / "config" / "conf.d");
  for (const char* name :
       {"b.toml", "10.toml", "2.toml", "C.toml", "x.txt", ".c.toml", "d.toml~"}) {
    write(folder_ / "config" / "conf.d" / name, name);
  }

  const Snapshot snapshot = read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(diagnostics_.text(), "");
  std::vector<std::string> paths;
  for (const SnapshotFile& file : snapshot.files) {
    paths.push_back(file.path);
  }
  const std::string folder = "config/conf.d/";
  EXPECT_EQ(
      paths,
      (std::vector<std::string>{
          "config/tenon.toml",
          folder + "10.toml",
          folder + "2.toml",
          folder + "C.toml",
          folder + "b.toml"})
  );
  EXPECT_EQ(snapshot.files[1].bytes, "10.toml");
}

TEST_F(ReadSnapshot, LooksBesideTheFileThatWasChosen) {
  write(folder_ / "my.toml", "");
  fs::create_directories(folder_ / "conf.d");
  write(folder_ / "conf.d" / "a.toml", "");

  const Snapshot snapshot = read_snapshot(roots_, roots_.data + "/my.toml", diagnostics_);

  ASSERT_EQ(snapshot.files.size(), 2u);
  EXPECT_EQ(snapshot.files[1].path, roots_.data + "/conf.d/a.toml");
}

TEST_F(ReadSnapshot, NamesWhatCannotBeReadInTheFolder) {
  write(folder_ / "config" / "tenon.toml", "");
  fs::create_directories(folder_ / "config" / "conf.d" / "a.toml");

  read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(diagnostics_.text(), "config/conf.d/a.toml: error: this is a folder, not a file");
}

TEST_F(ReadSnapshot, RefusesAFileInTheFoldersPlace) {
  write(folder_ / "config" / "tenon.toml", "");
  write(folder_ / "config" / "conf.d", "");

  read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(
      diagnostics_.text(),
      "config/conf.d: error: this is not a folder; more files of the configuration lie in one"
  );
}

TEST_F(ReadSnapshot, BoundsTheSumOfTheFiles) {
  write(folder_ / "config" / "tenon.toml", "");
  fs::create_directories(folder_ / "config" / "conf.d");
  for (const char* name : {"1.toml", "2.toml", "3.toml", "4.toml", "5.toml"}) {
    write(folder_ / "config" / "conf.d" / name, std::string(limits::kConfigBytesMax, '#'));
  }

  read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(
      diagnostics_.text(),
      "config/conf.d/5.toml: error: with this file the configuration is larger than 16 MiB"
  );
}

TEST_F(ReadSnapshot, KeepsTheVariablesThatStringsName) {
  write(folder_ / "config" / "tenon.toml", "a = \"${PATH} ${TENON_NOT_SET} $${HOME}\"");

  const Snapshot snapshot = read_snapshot(roots_, "", diagnostics_);

  EXPECT_EQ(diagnostics_.text(), "");
  ASSERT_EQ(snapshot.environment.size(), 1u);
  EXPECT_EQ(snapshot.environment.at("PATH"), environment_variable("PATH"));
}

TEST_F(ReadSnapshot, ReadsTheFilesOfOptions) {
  write(folder_ / "a", "content");
  write(folder_ / "big", std::string(limits::kOptionFileBytesMax + 1, 'x'));

  const std::vector<OptionFile> files = read_option_files(
      {roots_.data + "/a", roots_.data + "/none", roots_.data + "/big", roots_.data}
  );

  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].bytes, "content");
  EXPECT_EQ(files[0].refusal, "");
  EXPECT_EQ(files[1].refusal, "no such file");
  EXPECT_EQ(files[2].refusal, "this file is larger than 4MiB");
  EXPECT_EQ(files[2].bytes, "");
  EXPECT_EQ(files[3].refusal, "this is a folder, not a file");
}

TEST_F(ReadSnapshot, BoundsTheSumOfTheFilesOfOptions) {
  std::vector<std::string> paths;
  for (int i = 0; i < 9; ++i) {
    paths.push_back(roots_.data + "/" + std::to_string(i));
    write(to_path(paths.back()), std::string(limits::kOptionFileBytesMax, 'x'));
  }

  const std::vector<OptionFile> files = read_option_files(paths);

  EXPECT_EQ(files[7].refusal, "");
  EXPECT_EQ(files[8].refusal, "with this file all files that options name are larger than 32 MiB");
}

}  // namespace
}  // namespace tenon::config
