// SPDX-License-Identifier: Apache-2.0
#include "config/option_files.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.hpp"

namespace tenon::config {

const OptionFile* OptionFiles::find(const std::string& path) {
  static const OptionFile too_many = {
      "", "options name more than " + std::to_string(limits::kOptionFilesMax) + " files", ""};
  for (const OptionFile& file : files_) {
    if (file.path == path) return &file;
  }
  if (std::find(wanted_.begin(), wanted_.end(), path) != wanted_.end()) return nullptr;
  if (files_.size() + wanted_.size() >= limits::kOptionFilesMax) return &too_many;
  wanted_.push_back(path);
  return nullptr;
}

void OptionFiles::add(std::vector<OptionFile> files) {
  std::move(files.begin(), files.end(), std::back_inserter(files_));
  std::erase_if(wanted_, [this](const std::string& path) {
    return std::any_of(files_.begin(), files_.end(), [&](const OptionFile& file) {
      return file.path == path;
    });
  });
}

}  // namespace tenon::config
