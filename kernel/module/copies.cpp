// SPDX-License-Identifier: Apache-2.0
#include "module/copies.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <system_error>
#include <thread>
#include <utility>

#include "base/limits.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "config/paths.hpp"
#include "module/library.hpp"
#include "module/platform.hpp"

namespace tenon::module {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwnerFile = "instance";  // in each folder: whose it is
constexpr const char* kNewSuffix = ".new";      // of a folder that is not complete yet

Failure<Error> failed(const std::error_code& code, const char* what, const fs::path& path) {
  return fail(Error{code, what + (" " + to_utf8(path))});
}

Result<Done> make_folder(const fs::path& path) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (made) keep_from_others(path);
  if (!error && !fs::is_directory(path, error)) {
    error = std::make_error_code(std::errc::not_a_directory);
  }
  if (error) return failed(error, "create", path);
  return Done();
}

// A virus scanner may hold a file that was just written for a moment, and its folder with it.
std::error_code move_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  for (int left = limits::kMoveTries; left > 0; --left) {
    fs::rename(from, to, error);
    if (error != std::errc::permission_denied) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return error;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error))
    paths.push_back(entries->path());
  return paths;
}

// Whose it is goes last, so that what cannot be removed now is found again.
void remove_copies(const fs::path& folder) {
  bool all = true;
  for (const fs::path& file : entries_of(folder)) {
    std::error_code error;
    if (file.filename() != kOwnerFile) fs::remove(file, error);
    if (error) all = false;
  }
  std::error_code ignored;
  if (all) fs::remove_all(folder, ignored);
}

std::map<std::string, std::vector<const config::ModuleRef*>> by_folder(const config::Config& config
) {
  std::map<std::string, std::vector<const config::ModuleRef*>> folders;
  for (const config::ModuleRef& module : config.modules) {
    std::string folder = to_utf8(to_path(module.file).parent_path());
    if (config::kPathRules == config::PathRules::Windows) folder = to_lower(folder);
    folders[folder].push_back(&module);
  }
  return folders;
}

}  // namespace

Copies::Copies(const std::string& data_root, std::string instance)
    : root_(to_path(data_root) / "run" / "gen"),
      instance_(std::move(instance)) {}

std::vector<config::ModuleCopy> Copies::make(
    const config::Config& config, Diagnostics& diagnostics
) {
  std::vector<config::ModuleCopy> copies;
  machine_refused_ = false;
  latest_.clear();
  for (const auto& [folder, modules] : by_folder(config)) {
    const LibrarySet set = read_set(modules, diagnostics);
    if (diagnostics.has_errors() || set.modules.empty()) continue;
    const std::string name = set_name(set, instance_);
    const Result<Done> kept = keep(set, name);
    if (!kept) {
      machine_refused_ = static_cast<bool>(kept.error().code);
      diagnostics.error(
          machine_refused_ ? Place() : set.modules.front()->place,
          "cannot copy the modules to run/gen in the data root, where they are loaded from: " +
              kept.error().text()
      );
      return {};
    }
    latest_.push_back(name);
    for (const config::ModuleRef* const module : set.modules) {
      const fs::path copy = root_ / name / to_path(module->file).filename();
      copies.push_back({module->file, to_utf8(copy)});
    }
  }
  return copies;
}

void Copies::adopt() {
  adopted_.push_front(latest_);
  if (adopted_.size() > limits::kCopiesKept) adopted_.pop_back();
  for (const fs::path& folder : entries_of(root_)) {
    if (!is_kept(to_utf8(folder.filename())) && is_mine(folder)) remove_copies(folder);
  }
}

Result<Done> Copies::make_root() const {
  for (const fs::path& folder : {root_.parent_path().parent_path(), root_.parent_path(), root_}) {
    const Result<Done> made = make_folder(folder);
    if (!made) return made;
  }
  const std::string distrusted = distrust(root_);
  if (distrusted.empty()) return Done();
  return fail(Error{std::make_error_code(std::errc::operation_not_permitted), distrusted});
}

// A folder gets its name when all is in it, so that one that was only begun is never loaded from.
Result<Done> Copies::keep(const LibrarySet& set, const std::string& name) const {
  const Result<Done> rooted = make_root();
  if (!rooted) return rooted;
  const fs::path folder = root_ / name;
  if (is_complete(folder, set)) return Done();
  const fs::path begun = root_ / (name + kNewSuffix);
  std::error_code error;
  for (const fs::path& stale : {folder, begun}) {
    fs::remove_all(stale, error);
    if (error) return failed(error, "remove", stale);
  }
  const Result<Done> made = make_folder(begun);
  if (!made) return made;
  Result<Done> written = write_new_file(begun / kOwnerFile, instance_);
  if (written) written = copy_set(set, begun);
  if (written) error = move_folder(begun, folder);
  if (written && !error) return Done();
  std::error_code ignored;
  fs::remove_all(begun, ignored);
  return written ? failed(error, "rename", begun) : written;
}

bool Copies::is_complete(const fs::path& folder, const LibrarySet& set) const {
  std::error_code ignored;
  return fs::is_directory(folder, ignored) && is_mine(folder) && holds_set(folder, set);
}

bool Copies::is_mine(const fs::path& folder) const {
  const Result<std::string, Refusal> owner = read_library(folder / kOwnerFile);
  return owner && *owner == instance_;
}

bool Copies::is_kept(const std::string& name) const {
  const auto has = [&](const Names& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return has(latest_) || std::any_of(adopted_.begin(), adopted_.end(), has);
}

}  // namespace tenon::module
