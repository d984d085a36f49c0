// SPDX-License-Identifier: Apache-2.0
#include "files/file.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "files/store.hpp"

namespace tenon::files {
namespace {

// One for the process, because all modules see the same disk. Never destroyed: a request may still
// hold a file when the process ends.
Store& store() {
  static Store* const instance = new Store;
  return *instance;
}

uint64_t now_ns() {
  const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count()
  );
}

tenon_status TENON_CALL root_open(tenon_self*, tenon_str path, tenon_root** out) noexcept {
  static std::atomic<uint64_t> last_number{0};
  if (out == nullptr || path.len == 0) return TENON_E_ARG;
  auto root = std::make_unique<tenon_root>();
  const tenon_status status = resolve_folder(view(path), root->folder);
  if (status != TENON_OK) return status;
  root->number = last_number.fetch_add(1, std::memory_order_relaxed) + 1;
  *out = root.release();
  return TENON_OK;
}

void TENON_CALL root_close(tenon_root* root) noexcept {
  delete root;
}

tenon_status TENON_CALL
open(tenon_req*, tenon_root* root, tenon_str name, int32_t may_block, tenon_file** out) noexcept {
  if (root == nullptr || out == nullptr) return TENON_E_ARG;
  FileRef file;
  const tenon_status status = store().open(*root, view(name), may_block != 0, now_ns(), file);
  if (status == TENON_OK) *out = file.release();
  return status;
}

tenon_status TENON_CALL info(const tenon_file* file, tenon_file_info* out) noexcept {
  if (file == nullptr || out == nullptr) return TENON_E_ARG;
  if (out->struct_size < sizeof(tenon_file_info)) return TENON_E_ARG;
  out->kind = file->facts.kind;
  out->size = file->facts.size;
  out->mtime_ns = file->facts.mtime_ns;
  out->id_volume = file->facts.volume;
  out->id_file = file->facts.id;
  out->content = content(*file);
  out->final_name = str(file->name);
  return TENON_OK;
}

void TENON_CALL close(tenon_file* file) noexcept {
  release(file);
}

}  // namespace

tenon_buf content(const tenon_file& file) {
  return file.has_content ? buf(file.content) : tenon_buf{nullptr, 0};
}

int64_t os_file(const tenon_file& file) {
  return file.file.get();
}

uint64_t size(const tenon_file& file) {
  return file.facts.size;
}

void release(tenon_file* file) noexcept {
  const FileRef last(file);
}

const tenon_files& api() {
  static const tenon_files table = {
      sizeof(tenon_files), 0, root_open, root_close, open, info, close};
  return table;
}

}  // namespace tenon::files
