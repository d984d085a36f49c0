// SPDX-License-Identifier: Apache-2.0
#include "files/cache.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tenon::files {
namespace {

FileRef make(const std::string& name, size_t content_bytes = 0, uint64_t root = 1) {
  FileRef file(new tenon_file);
  file->root = root;
  file->name = name;
  file->content.assign(content_bytes, 'x');
  return file;
}

TEST(FileCache, FindsWhatWasInserted) {
  Cache cache(CacheLimits{});
  const FileRef file = make("a.txt");

  cache.insert(file);

  EXPECT_EQ(cache.find(1, "a.txt").get(), file.get());
  EXPECT_FALSE(cache.find(1, "b.txt"));
  EXPECT_FALSE(cache.find(2, "a.txt"));
}

TEST(FileCache, ReplacesTheEntryOfTheSameName) {
  Cache cache(CacheLimits{});
  cache.insert(make("a.txt", 1000));
  const size_t bytes = cache.bytes();
  const FileRef newer = make("a.txt", 1000);

  cache.insert(newer);

  EXPECT_EQ(cache.find(1, "a.txt").get(), newer.get());
  EXPECT_EQ(cache.entries(), 1u);
  EXPECT_EQ(cache.bytes(), bytes);
}

TEST(FileCache, ForgetsWhatIsErased) {
  Cache cache(CacheLimits{});
  cache.insert(make("a.txt", 10));

  cache.erase(1, "a.txt");
  cache.erase(1, "never there");

  EXPECT_FALSE(cache.find(1, "a.txt"));
  EXPECT_EQ(cache.entries(), 0u);
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(FileCache, KeepsToTheLimitOfEntries) {
  Cache cache(CacheLimits{.entries = 160, .bytes = 1 << 20});

  for (int i = 0; i < 2000; ++i) {
    cache.insert(make("file" + std::to_string(i)));
  }

  EXPECT_LE(cache.entries(), 160u);
  EXPECT_GE(cache.entries(), 150u);
}

TEST(FileCache, KeepsToTheLimitOfBytes) {
  constexpr size_t kBytes = 16 * 10'000;
  Cache cache(CacheLimits{.entries = 16'000, .bytes = kBytes});

  for (int i = 0; i < 1000; ++i) {
    cache.insert(make("file" + std::to_string(i), 1000));
  }

  EXPECT_LE(cache.bytes(), kBytes);
  EXPECT_GE(cache.bytes(), kBytes / 2);
}

TEST(FileCache, RefusesWhatWouldFillAShardAlone) {
  Cache cache(CacheLimits{.entries = 160, .bytes = 16 * 1000});

  cache.insert(make("big", 5000));

  EXPECT_EQ(cache.entries(), 0u);
}

TEST(FileCache, KeepsWhatIsUsedWhenFloodedWithWhatIsNot) {
  Cache cache(CacheLimits{.entries = 160, .bytes = 1 << 20});
  cache.insert(make("popular"));

  for (int i = 0; i < 5000; ++i) {
    cache.insert(make("flood" + std::to_string(i)));
    ASSERT_TRUE(cache.find(1, "popular")) << i;
  }
}

TEST(FileCache, LeavesAnEvictedFileToItsHolders) {
  Cache cache(CacheLimits{.entries = 16, .bytes = 1 << 20});
  const FileRef held = make("held", 100);
  cache.insert(held);

  for (int i = 0; i < 100; ++i) {
    cache.insert(make("file" + std::to_string(i)));
  }

  EXPECT_EQ(held->content, std::string(100, 'x'));
}

TEST(FileCache, ServesManyThreads) {
  Cache cache(CacheLimits{.entries = 64, .bytes = 1 << 20});
  std::vector<std::thread> threads;

  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string name = "file" + std::to_string((i * 7 + t) % 100);
        if (const FileRef file = cache.find(1, name)) {
          EXPECT_EQ(file->name, name);
        } else {
          cache.insert(make(name, 10));
        }
        if (i % 50 == 0) cache.erase(1, name);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_LE(cache.entries(), 64u);
}

}  // namespace
}  // namespace tenon::files
