// SPDX-License-Identifier: Apache-2.0
#include "kernel/log/log_keeper.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/paths.hpp"
#include "kernel/log/output.hpp"

namespace tenon {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr LogKeeper::Time kNoon = std::chrono::sys_days(std::chrono::year(2026) / 3 / 9) + 12h;
constexpr uint64_t kDayNs = 86'400'000'000'000;

class Keeper : public testing::Test {
 protected:
  Keeper() { fs::remove_all(folder_); }
  ~Keeper() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void open(LogKeeper::Rules rules, LogKeeper::Time now = kNoon) {
    rules.path = path_;
    const Result<Done> opened = keeper_.open(rules, now);
    ASSERT_TRUE(opened) << opened.error().text();
  }
  void write(const std::string& text) { write_to_file(keeper_.file(), text); }
  bool changes(LogKeeper::Time now, bool reopen = false) {
    const auto change = keeper_.tend(reopen, now);
    EXPECT_TRUE(change) << (change ? "" : change.error().text());
    return change && *change == LogKeeper::Change::NewFile;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(to_utf8(entry.path().filename()));
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string text(const std::string& name = "error.log") const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const fs::path folder_ = fs::absolute(testing::TempDir()) / "tenon_keeper";
  const std::string path_ = to_utf8(folder_ / "error.log");
  LogKeeper keeper_;
};

TEST_F(Keeper, RotatesAFileThatIsLargeEnough) {
  open({.rotate_size = 10});
  write("12345");
  EXPECT_FALSE(changes(kNoon + 1s));
  write("67890");

  EXPECT_TRUE(changes(kNoon + 2s));
  write("new");

  EXPECT_THAT(names(), ElementsAre("error.log", "error.log.20260309-120002"));
  EXPECT_EQ(text(), "new");
  EXPECT_EQ(text("error.log.20260309-120002"), "1234567890");
  EXPECT_FALSE(changes(kNoon + 3s));
}

TEST_F(Keeper, RotatesAtTheEndOfThePeriod) {
  open({.rotate_every_ns = kDayNs});
  write("monday");

  EXPECT_FALSE(changes(kNoon + 11h + 59min + 59s));
  EXPECT_TRUE(changes(kNoon + 12h));

  EXPECT_THAT(names(), ElementsAre("error.log", "error.log.20260310-000000"));
  EXPECT_FALSE(changes(kNoon + 36h)) << "an empty file is not rotated";
}

TEST_F(Keeper, FindsOutAtItsStartThatThePeriodIsOver) {
  open({});
  write("long ago");
  fs::last_write_time(folder_ / "error.log", fs::file_time_type::clock::now() - 48h);
  LogKeeper later;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ASSERT_TRUE(later.open({.path = path_, .rotate_every_ns = kDayNs}, now));

  const auto change = later.tend(false, now);

  ASSERT_TRUE(change);
  EXPECT_EQ(*change, LogKeeper::Change::NewFile);
}

TEST_F(Keeper, KeepsTheFileBeforeOpenForThoseWhoStillWriteToIt) {
  open({.rotate_size = 1});
  write("a");
  const int64_t before = keeper_.file();
  ASSERT_TRUE(changes(kNoon));

  EXPECT_FALSE(write_to_file(before, "b").error);

  EXPECT_NE(keeper_.file(), before);
  EXPECT_EQ(text("error.log.20260309-120000"), "ab");
}

TEST_F(Keeper, OpensAgainWhatSomebodyRenamed) {
  open({});
  write("old");
  fs::rename(folder_ / "error.log", folder_ / "error.log.1");

  EXPECT_TRUE(changes(kNoon, true));
  write("new");

  EXPECT_EQ(text(), "new");
  EXPECT_EQ(text("error.log.1"), "old");
  EXPECT_TRUE(changes(kNoon, true)) << "whenever it is asked for";
  EXPECT_EQ(text(), "new");
  EXPECT_THAT(names(), ElementsAre("error.log", "error.log.1"));
}

TEST_F(Keeper, NumbersTheFilesOfOneSecond) {
  open({.rotate_size = 1});
  for (const char* text : {"a", "b", "c"}) {
    write(text);
    EXPECT_TRUE(changes(kNoon));
  }

  EXPECT_EQ(text("error.log.20260309-120000"), "a");
  EXPECT_EQ(text("error.log.20260309-120000-2"), "b");
  EXPECT_EQ(text("error.log.20260309-120000-3"), "c");
}

TEST_F(Keeper, RemovesTheOldestAndNothingElse) {
  open({.rotate_size = 1, .keep = 2});
  for (const char* other : {"error.log.1", "error.log.20260309", "access.log.20200101-000000"})
    std::ofstream(folder_ / other) << "not ours";
  for (int second = 0; second < 4; ++second) {
    write("x");
    EXPECT_TRUE(changes(kNoon + std::chrono::seconds(second)));
  }

  EXPECT_THAT(
      names(),
      ElementsAre(
          "access.log.20200101-000000",
          "error.log",
          "error.log.1",
          "error.log.20260309",
          "error.log.20260309-120002",
          "error.log.20260309-120003"
      )
  );
}

TEST_F(Keeper, GoesOnWithTheOldFileWhenTheNextCannotBeOpened) {
  open({});
  std::ofstream(folder_ / "file") << "no folder";
  const int64_t before = keeper_.file();
  keeper_.set_rules({.path = to_utf8(folder_ / "file" / "error.log")});

  const auto change = keeper_.tend(false, kNoon);

  ASSERT_FALSE(change);
  EXPECT_THAT(change.error().text(), HasSubstr("open the log "));
  EXPECT_EQ(keeper_.file(), before);
  EXPECT_FALSE(changes(kNoon + 1s)) << "it is told once";
  keeper_.set_rules({.path = to_utf8(folder_ / "other.log")});
  EXPECT_TRUE(changes(kNoon + 2s));
  EXPECT_THAT(names(), ElementsAre("error.log", "file", "other.log"));
}

}  // namespace
}  // namespace tenon
