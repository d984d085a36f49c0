// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include <tenon/files.h>

#include "files/disk.hpp"

// A folder that a module opens files below. Immutable; its number is never used again, so that what
// is cached for a closed root can't be mistaken for another's.
struct tenon_root {
  uint64_t number = 0;
  tenon::files::Folder folder;
};

// What one look at a name found: an open file, or a cached answer. A cached one (small content, a
// folder, or that there is nothing to serve) is shared by all requests at once and holds no handle:
// handing it out costs a reference and no memory. Everything but the atomics is immutable once a
// second thread can see it.
struct tenon_file {
  tenon_status status = TENON_OK;  // else why there is nothing: NOT_FOUND or DENIED
  tenon::files::Facts facts;
  uint64_t root = 0;
  std::string name;
  bool has_content = false;
  std::string content;
  // The file had changed so recently that another change might leave the same time behind.
  bool unsettled = false;
  tenon::files::UniqueFile file;

  std::atomic<uint64_t> checked_ns{0};  // when it was last known to be what is on disk
  std::atomic<uint64_t> claimed_ns{0};  // when somebody last set out to check it again
  std::atomic<bool> used{false};        // since the cache last looked for something to evict
  std::atomic<uint32_t> references{1};
};

namespace tenon::files {

// One reference to a tenon_file.
class FileRef {
 public:
  FileRef() noexcept = default;
  // Takes over one reference.
  explicit FileRef(tenon_file* file) noexcept : file_(file) {}
  FileRef(const FileRef& other) noexcept : file_(other.file_) {
    if (file_ != nullptr) file_->references.fetch_add(1, std::memory_order_relaxed);
  }
  FileRef(FileRef&& other) noexcept : file_(other.release()) {}
  FileRef& operator=(FileRef other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileRef() {
    if (file_ == nullptr) return;
    if (file_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete file_;
  }

  explicit operator bool() const noexcept { return file_ != nullptr; }
  tenon_file* operator->() const noexcept { return file_; }
  tenon_file* get() const noexcept { return file_; }
  [[nodiscard]] tenon_file* release() noexcept { return std::exchange(file_, nullptr); }

 private:
  tenon_file* file_ = nullptr;
};

}  // namespace tenon::files
