// SPDX-License-Identifier: Apache-2.0
#include "files/cache.hpp"

#include <functional>
#include <mutex>

#include <tenon/cpp/assert.hpp>

namespace tenon::files {
namespace {

size_t cost(const tenon_file& file) {
  constexpr size_t kOverhead = sizeof(tenon_file) + 128;  // the map's node and the clock's place
  return file.name.capacity() + file.content.capacity() + kOverhead;
}

}  // namespace

// A root's number is small; the multiplication spreads it over all bits.
Cache::Key::Key(uint64_t root_number, std::string_view file_name)
    : root(root_number),
      name(file_name),
      hash(
          std::hash<std::string_view>()(file_name) ^
          static_cast<size_t>(root_number * 0x9E37'79B9'7F4A'7C15u)
      ) {}

Cache::Cache(const CacheLimits& limits) {
  per_shard_.entries = limits.entries / kShards;
  per_shard_.bytes = limits.bytes / kShards;
  TENON_ASSERT(per_shard_.entries > 0);
}

Cache::Shard& Cache::shard_of(const Key& key) {
  return shards_[(key.hash >> 32) % kShards];  // the map uses the lower bits
}

const Cache::Shard& Cache::shard_of(const Key& key) const {
  return shards_[(key.hash >> 32) % kShards];
}

FileRef Cache::find(uint64_t root, std::string_view name) const {
  const Key key{root, name};
  const Shard& shard = shard_of(key);
  const std::shared_lock lock(shard.mutex);
  const auto found = shard.map.find(key);
  if (found == shard.map.end()) return {};
  const FileRef& file = found->second.file;
  // Not stored when set already: the line would wander between processors for nothing.
  if (!file->used.load(std::memory_order_relaxed))
    file->used.store(true, std::memory_order_relaxed);
  return file;
}

void Cache::insert(const FileRef& file) {
  const Key key{file->root, file->name};
  const size_t bytes = cost(*file.get());
  Shard& shard = shard_of(key);
  const std::unique_lock lock(shard.mutex);
  if (const auto old = shard.map.find(key); old != shard.map.end()) remove(shard, *old);
  if (bytes > per_shard_.bytes) return;
  while (shard.map.size() >= per_shard_.entries || shard.bytes + bytes > per_shard_.bytes) {
    evict_one(shard);
  }
  const auto entry = shard.map.emplace(key, Slot{file, shard.clock.size()}).first;
  shard.clock.push_back(&*entry);
  shard.bytes += bytes;
}

void Cache::erase(uint64_t root, std::string_view name) {
  const Key key{root, name};
  Shard& shard = shard_of(key);
  const std::unique_lock lock(shard.mutex);
  if (const auto old = shard.map.find(key); old != shard.map.end()) remove(shard, *old);
}

void Cache::remove(Shard& shard, Map::value_type& entry) {
  // The key views the file's name: the file must outlive the removal of its node.
  const FileRef file = entry.second.file;
  const size_t place = entry.second.place;
  shard.clock[place] = shard.clock.back();
  shard.clock[place]->second.place = place;
  shard.clock.pop_back();
  shard.bytes -= cost(*file.get());
  shard.map.erase(shard.map.find(Key{file->root, file->name}));
}

void Cache::evict_one(Shard& shard) {
  TENON_ASSERT(!shard.clock.empty());
  // Ends after one round at the latest: each entry passed loses its bit (or a reader sets it again,
  // which the bound of two rounds covers).
  for (size_t steps = 2 * shard.clock.size(); steps > 0; --steps) {
    if (shard.hand >= shard.clock.size()) shard.hand = 0;
    const FileRef& file = shard.clock[shard.hand]->second.file;
    if (!file->used.exchange(false, std::memory_order_relaxed)) break;
    ++shard.hand;
  }
  if (shard.hand >= shard.clock.size()) shard.hand = 0;
  remove(shard, *shard.clock[shard.hand]);
}

size_t Cache::entries() const {
  size_t all = 0;
  for (const Shard& shard : shards_) {
    const std::shared_lock lock(shard.mutex);
    all += shard.map.size();
  }
  return all;
}

size_t Cache::bytes() const {
  size_t all = 0;
  for (const Shard& shard : shards_) {
    const std::shared_lock lock(shard.mutex);
    all += shard.bytes;
  }
  return all;
}

}  // namespace tenon::files
