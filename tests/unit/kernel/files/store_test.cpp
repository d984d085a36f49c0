// SPDX-License-Identifier: Apache-2.0
#include "files/store.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sample_folder.hpp"

namespace tenon::files {
namespace {

constexpr uint64_t kStart = 1'000'000'000'000;
constexpr uint64_t kMs = 1'000'000;

class FileStore : public testing::Test {
 protected:
  void SetUp() override {
    root_.number = 1;
    ASSERT_EQ(resolve_folder(folder_.text(), root_.folder), TENON_OK);
  }

  tenon_status open(std::string_view name, bool may_block, uint64_t after_ms = 0) {
    file_ = {};
    return store_.open(root_, name, may_block, kStart + after_ms * kMs, file_);
  }
  // What a loop hook and then, where that must be asked again, a pool hook gets.
  std::string content(std::string_view name, uint64_t after_ms = 0) {
    tenon_status status = open(name, false, after_ms);
    if (status == TENON_AGAIN) status = open(name, true, after_ms);
    return status == TENON_OK ? file_->content : "status " + std::to_string(status);
  }

  SampleFolder folder_;
  tenon_root root_;
  Store store_;
  FileRef file_;
};

TEST_F(FileStore, AsksForThePoolUntilAFileIsKnown) {
  folder_.write_aged("a.txt", "hello");

  EXPECT_EQ(open("a.txt", false), TENON_AGAIN);
  EXPECT_EQ(open("a.txt", true), TENON_OK);
  EXPECT_EQ(open("a.txt", false), TENON_OK);

  EXPECT_EQ(file_->content, "hello");
  EXPECT_TRUE(file_->has_content);
  EXPECT_FALSE(file_->file);
  EXPECT_EQ(file_->facts.kind, TENON_FILE_REGULAR);
  EXPECT_EQ(file_->facts.size, 5u);
  EXPECT_EQ(file_->name, "a.txt");
}

TEST_F(FileStore, TellsOfWhatIsNotThereAndRemembersIt) {
  EXPECT_EQ(open("none.txt", true), TENON_E_NOT_FOUND);
  EXPECT_EQ(open("none.txt", false), TENON_E_NOT_FOUND);
  EXPECT_EQ(open("none/below.txt", true), TENON_E_NOT_FOUND);

  folder_.write_aged("none.txt", "now it is");
  EXPECT_EQ(content("none.txt", 999), "status -5");
  EXPECT_EQ(content("none.txt", 1001), "now it is");
}

TEST_F(FileStore, RefusesForbiddenNamesWithoutTheDisk) {
  EXPECT_EQ(open("../x", false), TENON_E_DENIED);
  EXPECT_EQ(open("NUL", false), TENON_E_DENIED);
  EXPECT_EQ(open("aux", true), TENON_E_DENIED);
  EXPECT_EQ(store_.cache().entries(), 0u);
}

TEST_F(FileStore, OpensFoldersAndTheRootItself) {
  folder_.write("dir/a.txt", "a");

  EXPECT_EQ(open("dir", true), TENON_OK);
  EXPECT_EQ(file_->facts.kind, TENON_FILE_FOLDER);
  EXPECT_EQ(open("dir", false), TENON_OK);
  EXPECT_EQ(open("", true), TENON_OK);
  EXPECT_EQ(file_->facts.kind, TENON_FILE_FOLDER);
  EXPECT_EQ(open("dir/a.txt", true), TENON_OK);
}

TEST_F(FileStore, NeverServesANameInAnotherCase) {
  folder_.write_aged("Dir/File.txt", "x");

  EXPECT_EQ(content("Dir/File.txt"), "x");
  EXPECT_NE(open("Dir/FILE.TXT", true), TENON_OK);
  EXPECT_NE(open("dir/File.txt", true), TENON_OK);
  EXPECT_NE(open("DIR", true), TENON_OK);
}

TEST_F(FileStore, OpensNamesBeyondAscii) {
  folder_.write_aged("na\u00EFve/\u20AC.txt", "euro");

  EXPECT_EQ(content("na\u00EFve/\u20AC.txt"), "euro");
}

TEST_F(FileStore, LeavesLargeFilesOpenAndUncached) {
  folder_.write_aged("big.bin", std::string(kCachedBytesMax + 1, 'b'));

  EXPECT_EQ(open("big.bin", true), TENON_OK);
  EXPECT_TRUE(file_->file);
  EXPECT_FALSE(file_->has_content);
  EXPECT_EQ(file_->facts.size, kCachedBytesMax + 1);
  EXPECT_EQ(open("big.bin", false), TENON_AGAIN);

  EXPECT_EQ(open("big.bin", true), TENON_OK);
  std::string start(10, '\0');
  size_t length = 0;
  EXPECT_EQ(read_start(file_->file.get(), start, length), TENON_OK);
  EXPECT_EQ(start, "bbbbbbbbbb");
}

TEST_F(FileStore, CachesUpToTheLimitAndTheEmptyFile) {
  folder_.write_aged("limit.bin", std::string(kCachedBytesMax, 'l'));
  folder_.write_aged("empty", "");

  EXPECT_EQ(content("limit.bin").size(), kCachedBytesMax);
  EXPECT_EQ(open("empty", true), TENON_OK);
  EXPECT_TRUE(file_->has_content);
  EXPECT_EQ(file_->facts.size, 0u);
}

TEST_F(FileStore, SeesAChangeAfterASecond) {
  folder_.write_aged("a.txt", "old", 60);
  EXPECT_EQ(content("a.txt"), "old");
  folder_.write_aged("a.txt", "newer", 30);

  EXPECT_EQ(content("a.txt", 999), "old");
  EXPECT_EQ(content("a.txt", 1000), "newer");
  EXPECT_EQ(content("a.txt", 1001), "newer");
}

TEST_F(FileStore, KeepsUnchangedContentAtItsPlace) {
  folder_.write_aged("a.txt", "same");
  EXPECT_EQ(open("a.txt", true), TENON_OK);
  const tenon_file* const first = file_.get();

  EXPECT_EQ(open("a.txt", true, 1500), TENON_OK);

  EXPECT_EQ(file_.get(), first);
  EXPECT_EQ(open("a.txt", false, 2400), TENON_OK);
}

TEST_F(FileStore, ReadsAFreshlyChangedFileAgainThoughItsTimeIsTheSame) {
  folder_.write("a.txt", "one");
  const auto time = std::filesystem::last_write_time(folder_.path("a.txt"));
  EXPECT_EQ(content("a.txt"), "one");
  folder_.write("a.txt", "two");
  std::filesystem::last_write_time(folder_.path("a.txt"), time);

  EXPECT_EQ(content("a.txt", 1001), "two");
}

TEST_F(FileStore, SendsOneToLookAndAnswersTheOthersMeanwhile) {
  folder_.write_aged("a.txt", "x");
  EXPECT_EQ(open("a.txt", true), TENON_OK);

  EXPECT_EQ(open("a.txt", false, 1100), TENON_AGAIN);  // the one that goes
  EXPECT_EQ(open("a.txt", false, 1101), TENON_OK);
  EXPECT_EQ(open("a.txt", false, 1299), TENON_OK);
  EXPECT_EQ(open("a.txt", false, 1301), TENON_AGAIN);  // it never came back: another
  EXPECT_EQ(open("a.txt", false, 2001), TENON_AGAIN);  // too old for anybody
}

TEST_F(FileStore, FollowsAFileThatGrowsAndShrinks) {
  folder_.write_aged("a", "small", 90);
  EXPECT_EQ(content("a"), "small");

  folder_.write_aged("a", std::string(kCachedBytesMax * 2, 'g'), 80);
  EXPECT_EQ(open("a", true, 1001), TENON_OK);
  EXPECT_TRUE(file_->file);
  EXPECT_EQ(open("a", false, 1002), TENON_AGAIN);
  file_ = {};

  folder_.write_aged("a", "small again", 70);
  EXPECT_EQ(content("a", 1003), "small again");
}

TEST_F(FileStore, FollowsAFileThatIsRemovedOrReplaced) {
  folder_.write_aged("a", "first");
  EXPECT_EQ(content("a"), "first");

  folder_.write_aged("b", "second");
  std::filesystem::rename(folder_.path("b"), folder_.path("a"));
  EXPECT_EQ(content("a", 1001), "second");

  std::filesystem::remove(folder_.path("a"));
  EXPECT_EQ(content("a", 2002), "status -5");
}

TEST_F(FileStore, HoldsACachedFileForItsReadersAfterItWasReplaced) {
  folder_.write_aged("a", "first", 90);
  EXPECT_EQ(open("a", true), TENON_OK);
  const FileRef held = file_;
  folder_.write_aged("a", "second", 80);

  EXPECT_EQ(content("a", 1001), "second");

  EXPECT_EQ(held->content, "first");
}

TEST_F(FileStore, LetsAnOpenFileBeReplacedAndRemoved) {
  folder_.write_aged("big", std::string(kCachedBytesMax + 1, 'o'));
  EXPECT_EQ(open("big", true), TENON_OK);
  folder_.write_aged("new", "n");

  std::error_code error;
  std::filesystem::rename(folder_.path("big"), folder_.path("moved"), error);
  EXPECT_FALSE(error) << error.message();
  std::filesystem::rename(folder_.path("new"), folder_.path("big"), error);
  EXPECT_FALSE(error) << error.message();

  std::string start(1, '\0');
  size_t length = 0;
  EXPECT_EQ(read_start(file_->file.get(), start, length), TENON_OK);
  EXPECT_EQ(start, "o");
}

TEST_F(FileStore, ServesManyThreadsWhileFilesChange) {
  for (int i = 0; i < 4; ++i) {
    folder_.write("file" + std::to_string(i), "content");
  }
  std::atomic<uint64_t> now_ns{kStart};
  std::vector<std::thread> threads;

  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const std::string name = "file" + std::to_string((i + t) % 5);  // one is not there
        const bool may_block = i % 3 == 0;
        FileRef file;
        const tenon_status status = store_.open(root_, name, may_block, now_ns += 50 * kMs, file);
        if (status == TENON_OK) {
          EXPECT_EQ(file->content, "content");
        }
        if (may_block) {
          EXPECT_EQ(status, name == "file4" ? TENON_E_NOT_FOUND : TENON_OK);
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(FileStore, OpensPathsBeyondTheOldWindowsLimit) {
  std::string name;
  for (char c = 'a'; c < 'g'; ++c) {
    name.append(80, c).append("/");
  }
  folder_.write_aged(name + "File.txt", "deep");

  EXPECT_EQ(content(name + "File.txt"), "deep");
  EXPECT_NE(open(name + "FILE.TXT", true), TENON_OK);
}

TEST(FileRoot, ResolvesFoldersOnly) {
  const SampleFolder folder;
  folder.write("file.txt", "x");
  Folder out;

  EXPECT_EQ(resolve_folder(folder.text() + "/", out), TENON_OK);
  EXPECT_EQ(resolve_folder(folder.text() + "/missing", out), TENON_E_NOT_FOUND);
  EXPECT_EQ(resolve_folder(folder.text() + "/file.txt", out), TENON_E_NOT_FOUND);
}

}  // namespace
}  // namespace tenon::files
