// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/abi.h>
#include <tenon/cpp/unique_resource.hpp>

namespace tenon::files {

// A HANDLE or a file descriptor; -1 is invalid on both platforms.
struct FileTraits {
  using Value = int64_t;
  static Value invalid() noexcept { return -1; }
  static void close(Value file) noexcept;
};
using UniqueFile = UniqueResource<FileTraits>;

// What is known of an opened file. Two equal Facts: the same file, unchanged as far as can be seen.
struct Facts {
  int32_t kind = 0;  // TENON_FILE_...
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  uint64_t volume = 0;
  uint64_t id = 0;

  bool operator==(const Facts&) const = default;
};

// A folder that files are opened below: its final name (all links resolved, as spelled on disk),
// without a separator at the end.
struct Folder {
  std::string final_name;
  uint64_t volume = 0;
};

struct Opened {
  tenon_status status = TENON_E_FAIL;
  UniqueFile file;
  Facts facts;
};

// May block. `path` is absolute UTF-8. TENON_E_NOT_FOUND: no such folder, or not a folder.
tenon_status resolve_folder(std::string_view path, Folder& out);

// May block. Opens for (on Windows: overlapped) reading, all sharing allowed, and checks that the
// final name is the folder's final name + `name`, and that it is a file or folder of a disk.
// REQUIRES: is_served_name(name).
Opened open_below(const Folder& folder, std::string_view name);

// May block.
tenon_status read_facts(int64_t file, Facts& out);

// May block. Reads at most out.size() bytes from the file's start; `read` tells how many there
// were.
tenon_status read_start(int64_t file, std::string& out, size_t& read);

}  // namespace tenon::files
