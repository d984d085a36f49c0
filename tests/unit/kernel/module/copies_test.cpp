// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/copies.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "tests/unit/kernel/module/faulty_modules.hpp"

namespace tenon::module {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A data root, and beside it a folder that holds a module and a library of its own.
class ModuleCopies : public testing::Test {
 protected:
  ModuleCopies() {
    fs::remove_all(base_);
    fs::create_directories(base_ / "data");
    fs::create_directories(base_ / "acme");
    install("old");
    config_.modules = {
        {.text = "D:/acme/mod_swapped.dll",
         .file = to_utf8(module_),
         .by_name = false,
         .place = {.file = "tenon.toml", .line = 3, .column = 12}}};
  }
  ~ModuleCopies() override {
    std::error_code ignored;
    fs::remove_all(base_, ignored);
  }

  void install(const std::string& version) {
    const fs::path from = to_path(faulty_folder()) / "swapped" / version;
    for (const fs::path& file : {module_, part_})
      write(file, read(from / file.filename()));
  }
  // Where the module was copied to; with findings: nothing.
  fs::path make() {
    findings_ = {};
    const auto copies = copies_->make(config_, findings_);
    return findings_.has_errors() || copies.empty() ? fs::path() : to_path(copies.front().copy);
  }
  fs::path gen() const { return base_ / "data" / "run" / "gen"; }
  std::unique_ptr<Copies> copies_of(const char* instance) const {
    return std::make_unique<Copies>(to_utf8(base_ / "data"), instance);
  }

  const fs::path base_ = fs::absolute(testing::TempDir()) / "tenon_copies";
  const fs::path module_ = base_ / "acme" / "mod_swapped" TENON_MODULE_SUFFIX;
  const fs::path part_ = base_ / "acme" /
#ifdef _WIN32
                         "part.dll";
#else
                         "part.so";
#endif
  config::Config config_;
  Diagnostics findings_;
  std::unique_ptr<Copies> copies_ = copies_of("1122334455667788");
};

TEST_F(ModuleCopies, HoldTheModuleAndTheLibraryBesideIt) {
  const fs::path copy = make();

  ASSERT_FALSE(copy.empty()) << findings_.text();
  EXPECT_EQ(copy.parent_path().parent_path(), gen());
  EXPECT_THAT(to_utf8(copy.parent_path().filename()), MatchesRegex("................"));
  EXPECT_EQ(read(copy), read(module_));
  EXPECT_EQ(read(copy.parent_path() / part_.filename()), read(part_));
}

TEST_F(ModuleCopies, StayWhenTheFilesAreReplaced) {
  const fs::path old = make();
  const std::string old_bytes = read(old);
  install("new");

  EXPECT_EQ(read(old), old_bytes);
  const fs::path fresh = make();

  ASSERT_FALSE(fresh.empty()) << findings_.text();
  EXPECT_NE(fresh, old);
  EXPECT_EQ(read(fresh), read(module_));
  EXPECT_EQ(read(old), old_bytes);
}

TEST_F(ModuleCopies, AreMadeAnewWhenOnlyTheLibraryBesideChanged) {
  const fs::path old = make();
  write(part_, read(to_path(faulty_folder()) / "swapped" / "new" / part_.filename()));

  EXPECT_NE(make().parent_path(), old.parent_path()) << findings_.text();
}

TEST_F(ModuleCopies, AreUsedAgainWhileTheyAreWhole) {
  const fs::path copy = make();
  const auto written = fs::last_write_time(copy);

  EXPECT_EQ(make(), copy);
  EXPECT_EQ(fs::last_write_time(copy), written);
  write(copy, "cut");  // as after a loss of power
  EXPECT_EQ(make(), copy);
  EXPECT_EQ(read(copy), read(module_));
}

TEST_F(ModuleCopies, RefuseAFileThatIsHalfWritten) {
  const std::string whole = read(module_);
  for (const size_t size : {size_t{0}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    write(module_, whole.substr(0, size));

    EXPECT_TRUE(make().empty()) << size;
    EXPECT_EQ(
        findings_.text(),
        "tenon.toml:3:12: error: cannot load module " + to_utf8(module_) +
            ": it is being written; try again when it is complete"
    ) << size;
    EXPECT_FALSE(copies_->machine_refused());
  }
  EXPECT_TRUE(!fs::exists(gen()) || fs::is_empty(gen()));
}

TEST_F(ModuleCopies, RefuseAHalfWrittenLibraryBesideTheModule) {
  const std::string whole = read(part_);
  write(part_, whole.substr(0, whole.size() / 2));

  EXPECT_TRUE(make().empty());

  EXPECT_THAT(findings_.text(), HasSubstr("tenon.toml:3:12: error: cannot load module "));
  EXPECT_THAT(findings_.text(), HasSubstr("beside it, which it needs: it is being written"));
}

TEST_F(ModuleCopies, LeaveAMissingFileToWhoeverLoadsIt) {
  fs::remove(module_);

  EXPECT_TRUE(make().empty());
  EXPECT_FALSE(findings_.has_errors());
}

TEST_F(ModuleCopies, SayWhatTheMachineRefuses) {
  write(base_ / "data" / "run", "a file where a folder should be");

  EXPECT_TRUE(make().empty());

  EXPECT_TRUE(copies_->machine_refused());
  EXPECT_THAT(findings_.text(), HasSubstr("error: cannot copy the modules to run/gen "));
  EXPECT_THAT(findings_.text(), HasSubstr("/run"));
}

TEST_F(ModuleCopies, OfTheLastConfigurationsAreKept) {
  const fs::path first = make();
  copies_->adopt();
  install("new");
  const fs::path refused = make();  // its child was not READY

  ASSERT_FALSE(refused.empty()) << findings_.text();
  copies_ = copies_of("1122334455667788");  // the next start of the server
  EXPECT_EQ(make(), refused);
  EXPECT_TRUE(fs::exists(first));
  copies_->adopt();
  EXPECT_FALSE(fs::exists(first.parent_path()));
  EXPECT_TRUE(fs::exists(refused));
}

TEST_F(ModuleCopies, OfAnotherServerStay) {
  const fs::path mine = make();
  const std::unique_ptr<Copies> other = copies_of("8877665544332211");
  const auto its = other->make(config_, findings_);

  other->adopt();
  copies_->adopt();

  ASSERT_EQ(its.size(), 1u);
  EXPECT_NE(to_path(its[0].copy), mine);
  EXPECT_TRUE(fs::exists(mine));
  EXPECT_TRUE(fs::exists(to_path(its[0].copy)));
}

}  // namespace
}  // namespace tenon::module
