// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/mpm.h>

#include "config/config.hpp"
#include "control/mpm_config.hpp"
#include "log/log.hpp"
#include "log/log_keeper.hpp"

namespace tenon::control {

// The kernel's side of the control process: reads configurations and talks to the operator. It
// loads no module. Lives until control_main() returned.
class Control {
 public:
  struct Options {
    config::Roots roots;
    std::string config_path;  // "": the default one, or the built-in configuration
    std::string executable;
    std::string mpm_file;
    const tenon_mpm* mpm = nullptr;
    int64_t log_file = -1;
    LogKeeper* keeper = nullptr;  // of that file; null: it is never rotated
    Log* log = nullptr;           // writes to that file
    std::function<void(std::string_view)> to_operator = {};  // stderr: one call is one write
    std::function<void(std::string_view)> to_user = {};      // stdout
    // Puts the modules of an accepted configuration where its children load them from; none: they
    // load the files themselves.
    std::function<std::vector<config::ModuleCopy>(const config::Config&, Diagnostics&)>
        copy_modules = {};
    // What was copied last serves from now on.
    std::function<void()> adopt_copies = {};
    // What the first read_config() answers with; none: it reads the disk as every other.
    std::optional<config::Snapshot> first = {};
  };
  explicit Control(Options options);

  const tenon_control_host& host() const { return host_; }

 private:
  static tenon_status TENON_CALL read_config(void* context, tenon_mpm_config* out) noexcept;
  static tenon_status TENON_CALL
  read_files(void* context, tenon_buf snapshot, tenon_buf wanted, tenon_buf* out) noexcept;
  static void TENON_CALL
  report(void* context, int32_t level, tenon_str place, tenon_str text) noexcept;
  static void TENON_CALL ready(
      void* context, uint32_t generation, uint64_t pid, const tenon_str* bound, size_t n_bound
  ) noexcept;

  static tenon_str TENON_CALL findings(void* context) noexcept;
  static void TENON_CALL adopt(void* context) noexcept;
  static tenon_status TENON_CALL tend_log(void* context, uint32_t reopen, int64_t* out) noexcept;
  static void TENON_CALL print(void* context, tenon_str text) noexcept;

  config::Snapshot next_snapshot(Diagnostics& diagnostics);
  // `line` is for the terminal; the log has time and level of its own.
  void report_line(int32_t level, std::string_view line, std::string_view logged);
  void report_all(const Diagnostics& diagnostics);
  void report_error(const std::string& text);
  void tell_full_disk();

  Options options_;
  const std::string instance_;
  std::unique_ptr<MpmConfig> current_;
  std::string findings_;    // of the last read_config()
  std::string with_files_;  // what read_files() gave
  bool disk_is_full_ = false;
  tenon_control_host host_{};
};

// 16 hex digits for the configuration at this path (absolute; "": the default one below the data
// root), the same however the path is written.
std::string instance_id(const config::Roots& roots, const std::string& config_path);

// "tenon: ready generation=1 pid=4711 listen=default=127.0.0.1:40123\n"
std::string ready_line(uint32_t generation, uint64_t pid, const tenon_str* bound, size_t n_bound);

// What the log's file is to be, of a configuration.
LogKeeper::Rules log_rules(const config::Log& log);
// How the control process writes to it.
Log::Options log_options(const config::Log& log, int64_t file);

// How a message for the operator reads on a terminal, without a final newline:
// "tenon.toml:3:11: error: TEXT", or "tenon: error: TEXT" without a place.
std::string operator_line(int32_t level, std::string_view place, std::string_view text);

}  // namespace tenon::control
