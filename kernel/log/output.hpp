// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

// What the log and the command line write to, one system call per call where the system takes all.
namespace tenon {

struct WriteOutcome {
  size_t written = 0;     // bytes
  std::error_code error;  // what stopped it before the end
};

// `file` is a HANDLE or fd as open_log_file() gives it.
WriteOutcome write_to_file(int64_t file, std::string_view text) noexcept;
// A failed write is lost: there is no better place to report it.
void write_to_stderr(std::string_view text) noexcept;
void write_to_stdout(std::string_view text) noexcept;

}  // namespace tenon
