// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "log/log.hpp"
#include "log/output.hpp"

namespace tenon {

WriteOutcome write_to_file(int64_t file, std::string_view text) noexcept {
  WriteOutcome outcome;
  while (outcome.written < text.size()) {
    const std::string_view rest = text.substr(outcome.written);
    const ssize_t written = ::write(static_cast<int>(file), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      outcome.error = {written < 0 ? errno : EIO, std::generic_category()};
      break;
    }
    outcome.written += static_cast<size_t>(written);
  }
  return outcome;
}

void write_to_stderr(std::string_view text) noexcept {
  write_to_file(STDERR_FILENO, text);
}

void write_to_stdout(std::string_view text) noexcept {
  write_to_file(STDOUT_FILENO, text);
}

Result<int64_t> open_log_file(const std::string& path) {
  std::error_code ignored;  // The open below says what is wrong with the folder.
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) {
    return fail(Error{std::error_code(errno, std::generic_category()), "open the log " + path});
  }
  return static_cast<int64_t>(file);
}

void close_log_file(int64_t file) noexcept {
  if (file >= 0) ::close(static_cast<int>(file));
}

}  // namespace tenon
