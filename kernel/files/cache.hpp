// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "files/file_object.hpp"

namespace tenon::files {

struct CacheLimits {
  size_t entries = 16 * 1024;
  size_t bytes = 64 * 1024 * 1024;  // of contents and names, and what an entry costs besides
};

// What is known by name, for all threads. Divided into shards, so that they seldom meet at one
// lock, which is held for a hash lookup and no longer. When a shard is full the entry goes that was
// not used since the last round (a clock: cheaper than LRU, because a hit only sets a bit).
class Cache {
 public:
  explicit Cache(const CacheLimits& limits);

  // Null: nothing is known.
  FileRef find(uint64_t root, std::string_view name) const;
  // Replaces what was known of that name. Refused silently when it alone exceeds a shard's bytes.
  void insert(const FileRef& file);
  void erase(uint64_t root, std::string_view name);

  size_t entries() const;
  size_t bytes() const;

 private:
  // A view into the entry's own name. Hashed once, for the choice of the shard and in its map.
  struct Key {
    Key(uint64_t root, std::string_view name);
    uint64_t root;
    std::string_view name;
    size_t hash;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const noexcept { return key.hash; }
  };
  struct Slot {
    FileRef file;
    size_t place = 0;  // in `clock`
  };
  using Map = std::unordered_map<Key, Slot, Hash>;
  struct Shard {
    mutable std::shared_mutex mutex;
    Map map;
    std::vector<Map::value_type*> clock;
    size_t hand = 0;
    size_t bytes = 0;
  };

  static constexpr size_t kShards = 16;

  Shard& shard_of(const Key& key);
  const Shard& shard_of(const Key& key) const;
  static void remove(Shard& shard, Map::value_type& entry);
  static void evict_one(Shard& shard);

  CacheLimits per_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace tenon::files
