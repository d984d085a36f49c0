// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include <tenon/cpp/result.hpp>
#include <tenon/cpp/unique_resource.hpp>

#include "log/log.hpp"

namespace tenon {

struct LogFileTraits {
  using Value = int64_t;
  static Value invalid() noexcept { return -1; }
  static void close(Value value) noexcept { close_log_file(value); }
};
using UniqueLogFile = UniqueResource<LogFileTraits>;

// Opens, rotates and reopens the file of the error log; writes nothing to it. Old files are called
// error.log.YYYYMMDD-HHMMSS, in UTC, with -2 behind the second of the same second. [control] all.
class LogKeeper {
 public:
  using Time = std::chrono::sys_seconds;
  struct Rules {
    std::string path = {};         // absolute
    uint64_t rotate_size = 0;      // bytes; 0: never
    uint64_t rotate_every_ns = 0;  // whole periods of UTC, so that "24h" is at midnight; 0: never
    uint64_t keep = 0;             // old files; 0: all
  };
  enum class Change { None, NewFile };

  // The first open.
  Result<Done> open(const Rules& rules, Time now);
  // From the next tend() on.
  void set_rules(const Rules& rules);
  // Once a second, and with `reopen` when the operator asks for it. After NewFile, file() is
  // another one, and the one before stays open until the next NewFile: whoever writes to it may
  // change over meanwhile. After an error all is as before: a file that could not be opened is
  // tried again when it is asked for or the rules change, a rotation after some minutes.
  Result<Change> tend(bool reopen, Time now);

  int64_t file() const { return current_.get(); }
  const std::string& path() const { return open_path_; }

 private:
  bool is_due(Time now) const;
  int64_t period_of(Time time) const;
  Result<Change> rotate(Time now);
  Result<Change> open_again(Time now);
  void remove_old() const;

  Rules rules_;
  std::string open_path_;  // what current_ is
  UniqueLogFile current_, previous_;
  Time begun_{};         // of the current file, as far as rotate_every is concerned
  Time retry_after_{};   // a rotation that failed
  bool failed_ = false;  // the file of rules_ could not be opened, which was told
};

}  // namespace tenon
