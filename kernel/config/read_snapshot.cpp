// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/limits.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "config/config.hpp"

namespace tenon::config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultPath = "config/tenon.toml";

void read_file(
    const fs::path& path, const std::string& shown, Snapshot& snapshot, Diagnostics& diagnostics
) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    const std::string reason = std::generic_category().message(errno);
    diagnostics.error({shown}, "cannot read this file: " + reason);
    return;
  }
  std::string bytes(limits::kConfigBytesMax + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(stream.gcount()));
  if (stream.bad()) {
    diagnostics.error({shown}, "cannot read this file to its end");
  } else if (bytes.size() > limits::kConfigBytesMax) {
    diagnostics.error({shown}, "this file is larger than 4 MiB, which no configuration needs");
  } else {
    snapshot.files.push_back({shown, std::move(bytes)});
  }
}

// What is there instead of a file to read, as the end of a message; or "".
std::string refusal(fs::file_status status, const std::error_code& error) {
  if (status.type() == fs::file_type::not_found) return "no such file";
  if (error) return "cannot read this file: " + error.message();
  if (status.type() == fs::file_type::directory) return "this is a folder, not a file";
  if (status.type() != fs::file_type::regular) return "this is not a regular file";
  return {};
}

}  // namespace

Snapshot read_snapshot(const Roots& roots, const std::string& path, Diagnostics& diagnostics) {
  Snapshot snapshot;
  snapshot.roots = roots;
  const bool chosen = !path.empty();
  const std::string shown = chosen ? printable(path) : std::string(kDefaultPath);
  const fs::path file = to_path(chosen ? path : roots.data + "/" + std::string(kDefaultPath));
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  const std::string why = refusal(status, error);
  if (why.empty()) {
    read_file(file, shown, snapshot, diagnostics);
  } else if (status.type() != fs::file_type::not_found) {
    diagnostics.error({shown}, why);
  } else if (chosen) {
    diagnostics.error(
        {shown},
        why + "; name an existing file with -f, or leave -f out for " + std::string(kDefaultPath) +
            " below " + quote(roots.data)
    );
  }
  return snapshot;
}

}  // namespace tenon::config
