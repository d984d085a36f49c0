// SPDX-License-Identifier: Apache-2.0
#include "module/library_set.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "config/paths.hpp"
#include "module/library.hpp"
#include "module/platform.hpp"

namespace tenon::module {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBeingWritten = "it is being written; try again when it is complete";

// What shows that a file is another one than a moment ago.
struct Stamp {
  uintmax_t size = 0;
  fs::file_time_type time;
  bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const fs::path& path) {
  std::error_code ignored;
  return {fs::file_size(path, ignored), fs::last_write_time(path, ignored)};
}

std::string key_of(const std::string& name) {
  return config::kPathRules == config::PathRules::Windows ? to_lower(name) : name;
}

// A name without a folder, as imports have it: nothing else is looked for beside a module.
bool is_plain(const std::string& name) {
  return !name.empty() && name.find_first_of("/\\:") == std::string::npos;
}

class SetReader {
 public:
  SetReader(fs::path folder, Diagnostics& diagnostics)
      : folder_(std::move(folder)),
        diagnostics_(diagnostics) {}

  void add(const config::ModuleRef& module) {
    module_ = &module;
    waiting_ = {to_utf8(to_path(module.file).filename())};
    while (!waiting_.empty() && found_.size() < limits::kLibrariesMax) {
      const std::string name = std::move(waiting_.back());
      waiting_.pop_back();
      if (!found_.contains(key_of(name))) read(name);
    }
  }

  std::vector<LibrarySet::File> files() const {
    std::vector<LibrarySet::File> files;
    for (const auto& [key, file] : found_)
      files.push_back(file);
    return files;
  }

 private:
  void read(const std::string& name) {
    const fs::path path = folder_ / to_path(name);
    const std::string distrusted = distrust(path);
    if (!distrusted.empty()) return refuse(distrusted);
    const Stamp before = stamp_of(path);
    const Result<std::string, Refusal> bytes = read_library(path);
    if (!bytes) return refuse(subject(name) + bytes.error());
    const Image image = read_image(*bytes);
    if (image.cut_off || !(stamp_of(path) == before) || bytes->size() != before.size) {
      return refuse(subject(name) + kBeingWritten);
    }
    found_[key_of(name)] = {name, bytes->size(), Fnv1a().add(*bytes).value()};
    for (const auto* const imports : {&image.imports, &image.later_imports}) {
      for (const std::string& import : *imports)
        wait_for(import);
    }
  }

  void wait_for(const std::string& import) {
    std::error_code ignored;
    if (!is_plain(import) || !fs::is_regular_file(folder_ / to_path(import), ignored)) return;
    waiting_.push_back(import);
  }

  // Before a clause about that file; "" for the module itself.
  std::string subject(const std::string& name) const {
    if (to_utf8(to_path(module_->file).filename()) == name) return {};
    return name + " beside it, which it needs: ";
  }
  void refuse(const std::string& why) {
    diagnostics_.error(module_->place, "cannot load module " + module_->file + ": " + why);
  }

  const fs::path folder_;
  Diagnostics& diagnostics_;
  const config::ModuleRef* module_ = nullptr;
  std::vector<std::string> waiting_;
  std::map<std::string, LibrarySet::File> found_;
};

Failure<Error> cannot_write(const fs::path& path) {
  const int code = errno != 0 ? errno : EIO;
  return fail(Error{std::error_code(code, std::generic_category()), "write " + to_utf8(path)});
}

}  // namespace

LibrarySet read_set(
    const std::vector<const config::ModuleRef*>& modules, Diagnostics& diagnostics
) {
  LibrarySet set;
  set.folder = to_path(modules.front()->file).parent_path();
  SetReader reader(set.folder, diagnostics);
  for (const config::ModuleRef* const module : modules) {
    std::error_code ignored;
    if (!fs::is_regular_file(to_path(module->file), ignored)) continue;
    reader.add(*module);
    set.modules.push_back(module);
  }
  set.files = reader.files();
  return set;
}

std::string set_name(const LibrarySet& set, const std::string& owner) {
  Fnv1a hash;
  hash.add_apart(owner);
  for (const LibrarySet::File& file : set.files) {
    hash.add_apart(file.name).add_apart(std::to_string(file.size));
    hash.add_apart(std::to_string(file.hash));
  }
  return hash.text();
}

bool holds_set(const fs::path& folder, const LibrarySet& set) {
  return std::all_of(set.files.begin(), set.files.end(), [&](const LibrarySet::File& file) {
    const Result<std::string, Refusal> bytes = read_library(folder / to_path(file.name));
    return bytes && Fnv1a().add(*bytes).value() == file.hash;
  });
}

Result<Done> copy_set(const LibrarySet& set, const fs::path& folder) {
  for (const LibrarySet::File& file : set.files) {
    const fs::path path = set.folder / to_path(file.name);
    const Result<std::string, Refusal> bytes = read_library(path);
    if (!bytes || Fnv1a().add(*bytes).value() != file.hash) {
      return fail(Error{{}, to_utf8(path) + ": " + kBeingWritten});
    }
    const Result<Done> written = write_new_file(folder / to_path(file.name), *bytes);
    if (!written) return written;
  }
  return Done();
}

void keep_from_others(const fs::path& path) {
  std::error_code ignored;
  constexpr fs::perms kOthers = fs::perms::group_write | fs::perms::others_write;
  fs::permissions(path, kOthers, fs::perm_options::remove, ignored);
}

Result<Done> write_new_file(const fs::path& path, const std::string& bytes) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  keep_from_others(path);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return cannot_write(path);
  return Done();
}

}  // namespace tenon::module
