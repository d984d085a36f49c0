// SPDX-License-Identifier: Apache-2.0
#include "files/store.hpp"

#include <chrono>
#include <utility>

#include "files/name_rules.hpp"

namespace tenon::files {
namespace {

constexpr int kReadAttempts = 3;
// File systems keep times as coarse as 2 s (FAT); a change within that may not show in them.
constexpr int64_t kTimeGrainNs = 2'000'000'000;

int64_t unix_now_ns() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
}

FileRef make_file(const tenon_root& root, std::string_view name, uint64_t now_ns) {
  FileRef file(new tenon_file);
  file->root = root.number;
  file->name = name;
  file->checked_ns.store(now_ns, std::memory_order_relaxed);
  return file;
}

// Whether the new look found what is known already.
bool is_same(const FileRef& known, const Opened& opened) {
  if (!known || known->status != opened.status || known->unsettled) return false;
  return known->status != TENON_OK || known->facts == opened.facts;
}

// Reads the whole content, where it is no longer than the limit: TENON_E_LIMIT else. Facts and
// content then belong together, or the file is called unsettled.
tenon_status read_whole(tenon_file& file, Opened& opened) {
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    if (opened.facts.size > kCachedBytesMax) return TENON_E_LIMIT;
    // One byte more than is expected shows whether the file grew.
    file.content.resize(static_cast<size_t>(opened.facts.size) + 1);
    size_t length = 0;
    Facts after;
    tenon_status status = read_start(opened.file.get(), file.content, length);
    if (status == TENON_OK) status = read_facts(opened.file.get(), after);
    if (status != TENON_OK) return status;
    file.unsettled = unix_now_ns() - after.mtime_ns < kTimeGrainNs;
    if (after == opened.facts && length == after.size) {
      file.content.resize(length);
      file.content.shrink_to_fit();
      return TENON_OK;
    }
    opened.facts = after;
  }
  return TENON_E_LIMIT;  // it changes faster than we read: stream it
}

}  // namespace

// [any] What is asked of every request for a known name, so no lock and no system call.
bool Store::answers(const FileRef& known, bool may_block, uint64_t now_ns) const {
  const uint64_t checked_ns = known->checked_ns.load(std::memory_order_relaxed);
  if (now_ns < checked_ns + kFreshNs) return true;
  if (may_block || now_ns >= checked_ns + kStaleNs) return false;
  uint64_t claimed_ns = known->claimed_ns.load(std::memory_order_relaxed);
  if (now_ns < claimed_ns + kClaimNs) return true;
  // One of all that come here wins, and is sent to look.
  return !known->claimed_ns.compare_exchange_strong(claimed_ns, now_ns, std::memory_order_relaxed);
}

tenon_status Store::open(
    const tenon_root& root, std::string_view name, bool may_block, uint64_t now_ns, FileRef& out
) {
  if (name.size() > kNameBytesMax) return TENON_E_DENIED;
  FileRef known = cache_.find(root.number, name);
  if (known && answers(known, may_block, now_ns)) {
    const tenon_status status = known->status;
    if (status == TENON_OK) out = std::move(known);
    return status;
  }
  // Only names that passed this are ever in the cache.
  if (!known && !is_served_name(name)) return TENON_E_DENIED;
  if (!may_block) return TENON_AGAIN;
  return look(root, name, known, now_ns, out);
}

tenon_status Store::look(
    const tenon_root& root,
    std::string_view name,
    const FileRef& known,
    uint64_t now_ns,
    FileRef& out
) {
  Opened opened = open_below(root.folder, name);
  if (opened.status == TENON_E_FAIL) return opened.status;
  if (is_same(known, opened)) {
    known->checked_ns.store(now_ns, std::memory_order_relaxed);
    if (known->status == TENON_OK) out = known;
    return known->status;
  }
  FileRef file = make_file(root, name, now_ns);
  file->status = opened.status;
  if (opened.status == TENON_OK && opened.facts.kind == TENON_FILE_REGULAR) {
    const tenon_status read = read_whole(*file.get(), opened);
    if (read != TENON_OK && read != TENON_E_LIMIT) return read;
    file->has_content = read == TENON_OK;
    if (!file->has_content) file->file = std::move(opened.file);
  }
  file->facts = opened.facts;
  if (file->file) {
    file->content = {};
    if (known) cache_.erase(root.number, name);  // it was small, or absent, until now
  } else {
    cache_.insert(file);
  }
  if (opened.status == TENON_OK) out = std::move(file);
  return opened.status;
}

}  // namespace tenon::files
