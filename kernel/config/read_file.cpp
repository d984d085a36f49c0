// SPDX-License-Identifier: Apache-2.0
#include "config/read_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "config/units.hpp"

namespace tenon::config {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = 64 * 1024;

Failure<ReadFailure> failure(std::string why) {
  return fail(ReadFailure{false, std::move(why)});
}

}  // namespace

Result<std::string, ReadFailure> read_whole_file(const fs::path& path, size_t bytes_max) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return fail(ReadFailure{true, "no such file"});
  if (error) return failure("cannot read this file: " + error.message());
  if (status.type() == fs::file_type::directory) return failure("this is a folder, not a file");
  if (status.type() != fs::file_type::regular) return failure("this is not a regular file");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return failure("cannot read this file: " + std::generic_category().message(errno));
  }
  std::string bytes;
  while (stream && bytes.size() <= bytes_max) {
    const size_t before = bytes.size();
    bytes.resize(before + std::min(kPieceBytes, bytes_max + 1 - before));
    stream.read(bytes.data() + before, static_cast<std::streamsize>(bytes.size() - before));
    bytes.resize(before + static_cast<size_t>(stream.gcount()));
  }
  if (stream.bad()) return failure("cannot read this file to its end");
  if (bytes.size() <= bytes_max) return bytes;
  return failure("this file is larger than " + format_size(static_cast<int64_t>(bytes_max)));
}

}  // namespace tenon::config
