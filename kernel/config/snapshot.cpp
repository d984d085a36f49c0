// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/assert.hpp>

#include "base/limits.hpp"
#include "config/config.hpp"

// The layout, little endian: "TNSC", u32 version, program root, data root, u32 count of files,
// then path and bytes of each. A text is u32 length and that many bytes. Nothing follows.
namespace tenon::config {
namespace {

constexpr std::string_view kMagic = "TNSC";
constexpr uint32_t kVersion = 1;
constexpr uint32_t kFilesMax = 1024;
constexpr size_t kPathBytesMax = 128 * 1024;

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

  std::string take_text(size_t length_max) {
    const uint32_t length = take_u32();
    if (length > length_max) failed_ = true;
    return std::string(take(length));
  }

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

Failure<Error> damaged(const char* what) {
  return fail(Error{{}, std::string("the configuration's snapshot ") + what});
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
  return out;
}

Result<Snapshot> decode(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.take(kMagic.size()) != kMagic) return damaged("has another magic");
  if (reader.take_u32() != kVersion) return damaged("is of another version");
  Snapshot snapshot;
  snapshot.roots.program = reader.take_text(kPathBytesMax);
  snapshot.roots.data = reader.take_text(kPathBytesMax);
  const uint32_t count = reader.take_u32();
  if (count > kFilesMax) return damaged("has too many files");
  for (uint32_t i = 0; i < count && !reader.failed(); ++i) {
    SnapshotFile file;
    file.path = reader.take_text(kPathBytesMax);
    file.bytes = reader.take_text(limits::kConfigBytesMax);
    snapshot.files.push_back(std::move(file));
  }
  if (reader.failed()) return damaged("is cut off or has a wrong length");
  if (!reader.at_end()) return damaged("has bytes after its end");
  return snapshot;
}

}  // namespace tenon::config
