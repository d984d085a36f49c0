// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "base/limits.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "config/document.hpp"
#include "config/paths.hpp"
#include "config/read_file.hpp"

namespace tenon::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultPath = "config/tenon.toml";
constexpr std::string_view kFolderName = "conf.d";
constexpr std::string_view kSuffix = ".toml";

bool has_suffix(std::string_view name) {
  if (name.size() <= kSuffix.size() || name.starts_with('.')) return false;
  const std::string_view end = name.substr(name.size() - kSuffix.size());
  return kPathRules == PathRules::Windows ? equal_no_case(end, kSuffix) : end == kSuffix;
}

// The names of the folder's files, in the order of their bytes.
std::vector<std::string> names_in(
    const fs::path& folder, const std::string& shown, Diagnostics& diagnostics
) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return names;
  if (!error && status.type() != fs::file_type::directory) {
    diagnostics.error({shown}, "this is not a folder; more files of the configuration lie in one");
    return names;
  }
  fs::directory_iterator entries(folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = to_utf8(entries->path().filename());
    if (has_suffix(name)) names.push_back(name);
  }
  if (error) diagnostics.error({shown}, "cannot read this folder: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

// Reads one configuration after the other, so that their sum is bounded.
class Reader {
 public:
  Reader(Snapshot& snapshot, Diagnostics& diagnostics)
      : snapshot_(snapshot),
        diagnostics_(diagnostics) {}

  // False: there is no such file, and it need not be there.
  bool add(const fs::path& path, const std::string& shown, const std::string& missing) {
    Result<std::string, ReadFailure> bytes = read_whole_file(path, limits::kConfigBytesMax);
    if (!bytes && bytes.error().missing && missing.empty()) return false;
    if (!bytes) {
      const std::string advice = bytes.error().missing ? missing : "";
      diagnostics_.error({shown}, bytes.error().why + advice);
      return true;
    }
    bytes_ += (*bytes).size();
    if (bytes_ > limits::kConfigBytesInAllMax) {
      diagnostics_.error({shown}, "with this file the configuration is larger than 16 MiB");
      return true;
    }
    snapshot_.files.push_back({shown, std::move(*bytes)});
    return true;
  }

  void add_folder(const fs::path& folder, const std::string& shown) {
    const std::vector<std::string> names = names_in(folder, shown, diagnostics_);
    if (names.size() > limits::kConfigFilesMax) {
      const std::string most = std::to_string(limits::kConfigFilesMax);
      diagnostics_.error({shown}, "this folder has more than " + most + " .toml files");
      return;
    }
    for (const std::string& name : names) {
      add(folder / to_path(name), shown + "/" + printable(name), "; it was there a moment ago");
      if (bytes_ > limits::kConfigBytesInAllMax) return;
    }
  }

 private:
  Snapshot& snapshot_;
  Diagnostics& diagnostics_;
  size_t bytes_ = 0;
};

// What the files say of the environment becomes part of the snapshot. Their mistakes are told when
// they are parsed for good.
void read_environment(Snapshot& snapshot, Diagnostics& diagnostics) {
  std::set<std::string> names;
  for (const SnapshotFile& file : snapshot.files) {
    Diagnostics ignored;
    const auto document = Document::parse(file.path, file.bytes, ignored);
    if (document != nullptr) collect_variables(document->root(), names);
  }
  size_t bytes = 0;
  for (const std::string& name : names) {
    const std::optional<std::string> value = environment_variable(name);
    if (!value) continue;
    bytes += name.size() + value->size();
    snapshot.environment.emplace(name, *value);
  }
  if (bytes <= limits::kEnvironmentBytesMax && names.size() <= limits::kEnvironmentNamesMax) return;
  diagnostics.error(
      {snapshot.files.front().path}, "the variables that the configuration names are too large"
  );
}

// "config" of "config/tenon.toml"; "." where there is no folder.
std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

void collect_paths(const Node& node, const std::string& data_root, std::set<std::string>& paths) {
  if (node.table() != nullptr) {
    for (const TableNode::Entry& entry : node.table()->entries()) {
      collect_paths(entry.value, data_root, paths);
    }
  }
  if (node.items() != nullptr) {
    for (const Node& item : *node.items()) {
      collect_paths(item, data_root, paths);
    }
  }
  if (node.string() == nullptr) return;
  const Result<std::string, std::string> path = resolve_path(data_root, *node.string());
  if (path) paths.insert(*path);
}

}  // namespace

std::string default_path(const Roots& roots) {
  return roots.data + "/" + std::string(kDefaultPath);
}

Snapshot read_snapshot(const Roots& roots, const std::string& path, Diagnostics& diagnostics) {
  Snapshot snapshot;
  snapshot.roots = roots;
  const bool chosen = !path.empty();
  const std::string shown = chosen ? printable(path) : std::string(kDefaultPath);
  const std::string real = chosen ? path : roots.data + "/" + std::string(kDefaultPath);
  const std::string missing = "; name an existing file with -f, or leave -f out for " +
                              std::string(kDefaultPath) + " below " + quote(roots.data);
  Reader reader(snapshot, diagnostics);
  if (!reader.add(to_path(real), shown, chosen ? missing : "")) return snapshot;
  const std::string folder = std::string(kFolderName);
  reader.add_folder(to_path(folder_of(real)) / folder, folder_of(shown) + "/" + folder);
  if (!diagnostics.has_errors()) read_environment(snapshot, diagnostics);
  return snapshot;
}

bool are_named(const Config& config, const std::vector<std::string>& paths) {
  std::set<std::string> named;
  for (const TableNode::Entry& entry : config.document->root().entries()) {
    collect_paths(entry.value, config.roots.data, named);
  }
  return std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return named.contains(path);
  });
}

std::vector<OptionFile> read_option_files(const std::vector<std::string>& paths) {
  std::vector<OptionFile> files;
  size_t bytes_in_all = 0;
  for (const std::string& path : paths) {
    OptionFile& file = files.emplace_back();
    file.path = path;
    Result<std::string, ReadFailure> bytes =
        read_whole_file(to_path(path), limits::kOptionFileBytesMax);
    if (!bytes) {
      file.refusal = bytes.error().why;
    } else if (bytes_in_all + (*bytes).size() > limits::kOptionFilesBytesMax) {
      file.refusal = "with this file all files that options name are larger than 32 MiB";
    } else {
      bytes_in_all += (*bytes).size();
      file.bytes = std::move(*bytes);
    }
  }
  return files;
}

}  // namespace tenon::config
