// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/assert.hpp>

#include "base/limits.hpp"
#include "config/config.hpp"

// The layout, little endian: "TNSC", u32 version, program root, data root; u32 count of files, path
// and bytes of each; u32 count of variables, name and value of each; u32 count of files that
// options name, path, refusal and bytes of each; u32 count of modules that were copied, file and
// copy of each. A text is u32 length and that many bytes. Nothing follows.
//
// What a child wants: "TNWA", u32 count, then path by path.
namespace tenon::config {
namespace {

constexpr std::string_view kMagic = "TNSC";
constexpr std::string_view kWantedMagic = "TNWA";
constexpr uint32_t kVersion = 3;
constexpr size_t kPathBytesMax = 128 * 1024;
constexpr size_t kRefusalBytesMax = 1024;

void put_u32(std::string& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(value >> shift & 0xFF);
  }
}

void put_text(std::string& out, std::string_view text) {
  TENON_ASSERT(text.size() <= UINT32_MAX);
  put_u32(out, static_cast<uint32_t>(text.size()));
  out += text;
}

// Takes values off the front of bytes that nobody vouches for. After a failure every further take
// fails as well, so that one check at the end is enough.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(size_t length) {
    if (length > bytes_.size()) failed_ = true;
    if (failed_) return {};
    const std::string_view taken = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return taken;
  }

  uint32_t take_u32() {
    uint32_t value = 0;
    const std::string_view bytes = take(4);
    for (size_t i = bytes.size(); i > 0; --i) {
      value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    }
    return value;
  }

  // How many of something follow.
  uint32_t take_count(size_t count_max) {
    const uint32_t count = take_u32();
    if (count > count_max) failed_ = true;
    return failed_ ? 0 : count;
  }

  std::string take_text(size_t length_max) {
    const uint32_t length = take_u32();
    if (length > length_max) failed_ = true;
    return std::string(take(length));
  }

  void fail() { failed_ = true; }
  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

Failure<Error> damaged(const char* what) {
  return fail(Error{{}, std::string("the configuration's snapshot ") + what});
}

void take_lists(Reader& reader, Snapshot& snapshot) {
  for (uint32_t left = reader.take_count(limits::kConfigFilesMax + 1); left > 0; --left) {
    SnapshotFile& file = snapshot.files.emplace_back();
    file.path = reader.take_text(kPathBytesMax);
    file.bytes = reader.take_text(limits::kConfigBytesMax);
    if (reader.failed()) return;
  }
  for (uint32_t left = reader.take_count(limits::kEnvironmentNamesMax); left > 0; --left) {
    std::string name = reader.take_text(limits::kEnvironmentBytesMax);
    // As encode() writes them: by name, each once.
    if (!snapshot.environment.empty() && name <= snapshot.environment.rbegin()->first) {
      return reader.fail();
    }
    snapshot.environment.emplace(std::move(name), reader.take_text(limits::kEnvironmentBytesMax));
    if (reader.failed()) return;
  }
  for (uint32_t left = reader.take_count(limits::kOptionFilesMax); left > 0; --left) {
    OptionFile& file = snapshot.option_files.emplace_back();
    file.path = reader.take_text(kPathBytesMax);
    file.refusal = reader.take_text(kRefusalBytesMax);
    file.bytes = reader.take_text(limits::kOptionFileBytesMax);
    if (reader.failed()) return;
  }
  for (uint32_t left = reader.take_count(limits::kModulesMax); left > 0; --left) {
    ModuleCopy& module = snapshot.module_copies.emplace_back();
    module.file = reader.take_text(kPathBytesMax);
    module.copy = reader.take_text(kPathBytesMax);
    if (reader.failed()) return;
  }
}

}  // namespace

std::string encode(const Snapshot& snapshot) {
  std::string out(kMagic);
  put_u32(out, kVersion);
  put_text(out, snapshot.roots.program);
  put_text(out, snapshot.roots.data);
  put_u32(out, static_cast<uint32_t>(snapshot.files.size()));
  for (const SnapshotFile& file : snapshot.files) {
    put_text(out, file.path);
    put_text(out, file.bytes);
  }
  put_u32(out, static_cast<uint32_t>(snapshot.environment.size()));
  for (const auto& [name, value] : snapshot.environment) {
    put_text(out, name);
    put_text(out, value);
  }
  put_u32(out, static_cast<uint32_t>(snapshot.option_files.size()));
  for (const OptionFile& file : snapshot.option_files) {
    put_text(out, file.path);
    put_text(out, std::string_view(file.refusal).substr(0, kRefusalBytesMax));
    put_text(out, file.bytes);
  }
  put_u32(out, static_cast<uint32_t>(snapshot.module_copies.size()));
  for (const ModuleCopy& module : snapshot.module_copies) {
    put_text(out, module.file);
    put_text(out, module.copy);
  }
  return out;
}

Result<Snapshot> decode(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.take(kMagic.size()) != kMagic) return damaged("has another magic");
  if (reader.take_u32() != kVersion) return damaged("is of another version");
  Snapshot snapshot;
  snapshot.roots.program = reader.take_text(kPathBytesMax);
  snapshot.roots.data = reader.take_text(kPathBytesMax);
  take_lists(reader, snapshot);
  if (reader.failed()) return damaged("is cut off, or has a wrong length or count");
  if (!reader.at_end()) return damaged("has bytes after its end");
  return snapshot;
}

std::string encode_wanted(const std::vector<std::string>& paths) {
  if (paths.empty()) return {};
  std::string out(kWantedMagic);
  put_u32(out, static_cast<uint32_t>(paths.size()));
  for (const std::string& path : paths) {
    put_text(out, path);
  }
  return out;
}

Result<std::vector<std::string>> decode_wanted(std::string_view bytes) {
  Reader reader(bytes);
  std::vector<std::string> paths;
  const bool ours = reader.take(kWantedMagic.size()) == kWantedMagic;
  for (uint32_t left = ours ? reader.take_count(limits::kOptionFilesMax) : 0; left > 0; --left) {
    paths.push_back(reader.take_text(kPathBytesMax));
    if (reader.failed()) break;
  }
  if (ours && !reader.failed() && reader.at_end()) return paths;
  return fail(Error{{}, "the list of the files that the child wants makes no sense"});
}

}  // namespace tenon::config
