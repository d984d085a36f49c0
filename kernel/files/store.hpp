// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "files/cache.hpp"

namespace tenon::files {

inline constexpr size_t kCachedBytesMax = 256 * 1024;  // of one file
// For so long an answer needs no look at the disk.
inline constexpr uint64_t kFreshNs = 1'000'000'000;
// While one request looks again, the others still get the old answer, but none older than this.
inline constexpr uint64_t kStaleNs = 2'000'000'000;
// The one that set out to look may never arrive (its client is gone, the pool is full): then
// another goes.
inline constexpr uint64_t kClaimNs = 200'000'000;

// Opens files by name, through the cache. Shared by all threads.
class Store {
 public:
  explicit Store(const CacheLimits& limits = {}) : cache_(limits) {}

  // The contract of tenon_files::open; `now_ns` is monotonic and not 0. `out` holds one reference
  // on TENON_OK.
  tenon_status open(
      const tenon_root& root, std::string_view name, bool may_block, uint64_t now_ns, FileRef& out
  );

  const Cache& cache() const { return cache_; }

 private:
  bool answers(const FileRef& known, bool may_block, uint64_t now_ns) const;
  tenon_status look(
      const tenon_root& root,
      std::string_view name,
      const FileRef& known,
      uint64_t now_ns,
      FileRef& out
  );

  Cache cache_;
};

}  // namespace tenon::files
