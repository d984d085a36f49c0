// SPDX-License-Identifier: Apache-2.0
#include "winnt/folder_rights.hpp"

#include <filesystem>
#include <vector>

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

namespace fs = std::filesystem;

class FakeRights final : public FolderRights {
 public:
  Result<Done> allow_changes(const std::wstring& folder, const std::wstring& account) override {
    EXPECT_EQ(account, L"NT SERVICE\\Tenon");
    EXPECT_TRUE(fs::is_directory(folder));
    if (refuse_) return fail(system_error(ERROR_ACCESS_DENIED, "no"));
    names_.push_back(fs::path(folder).filename().string());
    return Done{};
  }

  bool refuse_ = false;
  std::vector<std::string> names_;
};

class FolderRightsTest : public testing::Test {
 protected:
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  const fs::path root_ =
      fs::temp_directory_path() / ("tenon-rights-" + std::to_string(::GetCurrentProcessId()));
  FakeRights rights_;
};

TEST_F(FolderRightsTest, AreGivenOnLogsAndRunOnly) {
  const Result<Done> prepared =
      prepare_data_root(rights_, root_.generic_string(), L"NT SERVICE\\Tenon");

  EXPECT_TRUE(prepared);
  EXPECT_THAT(rights_.names_, testing::ElementsAre("logs", "run"));
}

TEST_F(FolderRightsTest, ThatAreRefusedAreAnError) {
  rights_.refuse_ = true;

  EXPECT_FALSE(prepare_data_root(rights_, root_.generic_string(), L"NT SERVICE\\Tenon"));
}

}  // namespace
}  // namespace tenon::mpm
