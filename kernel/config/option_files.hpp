// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tenon::config {

// A file that an option names, as it was at the (re)load.
struct OptionFile {
  std::string path;     // absolute
  std::string refusal;  // why it could not be read: "no such file"; empty: it was
  std::string bytes;
};

// The files that options of type FILE and secrets name: what is in those that were read, and which
// are still wanted. A process that has no files yet reads its options once to learn their names,
// with no regard to what is found wrong, and once more when the files are there.
class OptionFiles {
 public:
  OptionFiles() = default;
  explicit OptionFiles(std::vector<OptionFile> files) : files_(std::move(files)) {}

  // Null: it is wanted from now on. Beyond kOptionFilesMax there is a refusal.
  const OptionFile* find(const std::string& path);
  const std::vector<std::string>& wanted() const { return wanted_; }
  // Files that were read; their names are wanted no more.
  void add(std::vector<OptionFile> files);

 private:
  std::vector<OptionFile> files_;
  std::vector<std::string> wanted_;  // each once
};

}  // namespace tenon::config
