// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include <tenon/abi.h>
#include <tenon/cpp/result.hpp>

namespace tenon {

// A structured field of a log line: key=value.
struct LogField {
  std::string_view key;
  std::string_view value;
};

// The error log: one line per message, safe from every thread. Lines look like
//   2026-11-22T21:14:21.123Z [info] listening address=127.0.0.1:8080
// or, as JSON, like
//   {"time":"2026-11-22T21:14:21.123Z","level":"info","message":"listening","address":"127.0.0.1:8080"}
// and go to a file that was opened elsewhere (append-only, all sharing allowed), to stderr, or
// both. While the file cannot be written (a full disk) lines are lost; the first that can be
// written again is preceded by one that says how many.
class Log {
 public:
  struct Options {
    int64_t file = -1;  // HANDLE or fd, not owned; -1: none
    bool to_stderr = true;
    int32_t level = TENON_LOG_INFO;
    bool json = false;
    // Says on stderr, once, that lines are lost because the file cannot be written.
    bool loss_to_stderr = false;
  };

  Log();
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // [any] A line that is written meanwhile gets the options before or those after it.
  void configure(const Options& options);

  // [any] Writes to this file from now on; when it returns nobody writes to the one before.
  void set_file(int64_t file);

  // [any]
  bool enabled(int32_t level) const;
  void write(
      int32_t level, std::string_view message, const LogField* fields = nullptr, size_t n_fields = 0
  );
  void info(std::string_view message) { write(TENON_LOG_INFO, message); }
  void warn(std::string_view message) { write(TENON_LOG_WARN, message); }
  void error(std::string_view message) { write(TENON_LOG_ERROR, message); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Opens a log file for appending (created with its folder if missing; all sharing allowed on
// Windows, O_APPEND elsewhere; not inheritable). The caller closes it with close_log_file().
Result<int64_t> open_log_file(const std::string& path);
void close_log_file(int64_t file) noexcept;

}  // namespace tenon
