// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

// What the log and the command line write to, one system call per call where the system takes all.
namespace tenon {

// `file` is a HANDLE or fd as open_log_file() gives it. A failed write is lost: there is no better
// place to report it.
void write_to_file(int64_t file, std::string_view text) noexcept;
void write_to_stderr(std::string_view text) noexcept;
void write_to_stdout(std::string_view text) noexcept;

}  // namespace tenon
