// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <utility>

#include <tenon/cpp/host.hpp>
#include <tenon/cpp/result.hpp>
#include <tenon/files.h>

namespace tenon {

// The interface; null where the server doesn't offer it. Asked for once.
inline const tenon_files* files_api() {
  static const tenon_files* const api = query<tenon_files>(TENON_FILES_ID);
  return api;
}

// A file that a module owns until it closes it or respond_file takes it.
class OpenFile {
 public:
  explicit OpenFile(tenon_file* file) noexcept : file_(file) {}
  OpenFile(OpenFile&& other) noexcept : file_(other.release()) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~OpenFile() {
    if (file_ != nullptr) files_api()->close(file_);
  }

  tenon_file_info info() const {
    tenon_file_info info{};
    info.struct_size = sizeof info;
    files_api()->info(file_, &info);
    return info;
  }
  tenon_file* get() const noexcept { return file_; }
  [[nodiscard]] tenon_file* release() noexcept { return std::exchange(file_, nullptr); }

 private:
  tenon_file* file_;
};

// A folder that files are opened below.
class FileRoot {
 public:
  // [control] `path` is absolute, as an option of type Path is.
  static Result<FileRoot, tenon_status> open(std::string_view path) {
    if (files_api() == nullptr) return fail(tenon_status{TENON_E_UNSUPPORTED});
    tenon_root* root = nullptr;
    const tenon_status status = files_api()->root_open(loaded.self, str(path), &root);
    if (status != TENON_OK) return fail(status);
    return FileRoot(root);
  }

  FileRoot(FileRoot&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  FileRoot& operator=(FileRoot&& other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~FileRoot() {
    if (root_ != nullptr) files_api()->root_close(root_);
  }

  // [owner] See tenon_files::open for the errors. TENON_AGAIN only when it may not block.
  Result<OpenFile, tenon_status> open(tenon_req* request, std::string_view name, bool may_block)
      const {
    tenon_file* file = nullptr;
    const tenon_status status =
        files_api()->open(request, root_, str(name), may_block ? 1 : 0, &file);
    if (status != TENON_OK) return fail(status);
    return OpenFile(file);
  }

 private:
  explicit FileRoot(tenon_root* root) noexcept : root_(root) {}

  tenon_root* root_;
};

}  // namespace tenon
