// SPDX-License-Identifier: Apache-2.0
#include "control/control.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "base/hash.hpp"
#include "base/limits.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"
#include "config/paths.hpp"

namespace tenon::control {
namespace {

constexpr std::string_view kProgram = "tenon: ";
constexpr uintmax_t kFullBytes = 4096;  // file systems give out no less
constexpr uintmax_t kRoomAgainBytes = 1024 * 1024;

const char* level_word(int32_t level) {
  switch (level) {
    case TENON_LOG_ERROR:
      return "error: ";
    case TENON_LOG_WARN:
      return "warning: ";
    case TENON_LOG_DEBUG:
      return "debug: ";
    default:
      return "";
  }
}

// Findings that a child sent already have their place and severity in them.
bool is_finding(std::string_view text) {
  for (const std::string_view word : {"error: ", "warning: "}) {
    const size_t at = text.find(word);
    if (at == 0 || (at != std::string_view::npos && text.substr(0, at).ends_with(": ")))
      return true;
  }
  return false;
}

int32_t level_of(Severity severity) {
  return severity == Severity::Error ? TENON_LOG_ERROR : TENON_LOG_WARN;
}

}  // namespace

std::string operator_line(int32_t level, std::string_view place, std::string_view text) {
  if (place.empty() && is_finding(text)) return std::string(text);
  std::string line = place.empty() ? std::string(kProgram) : std::string(place) + ": ";
  line += level_word(level);
  line += text;
  return line;
}

std::string instance_id(const config::Roots& roots, const std::string& config_path) {
  const std::string path = config_path.empty() ? config::default_path(roots) : config_path;
  std::error_code error;
  const std::filesystem::path full = std::filesystem::weakly_canonical(to_path(path), error);
  std::string text = error ? path : to_utf8(full);
  if (config::kPathRules == config::PathRules::Windows) text = to_lower(text);
  return Fnv1a().add(text).text();
}

LogKeeper::Rules log_rules(const config::Log& log) {
  return {log.file, log.rotate_size, log.rotate_every_ns, log.keep};
}

Log::Options log_options(const config::Log& log, int64_t file) {
  return {
      .file = file,
      .to_stderr = false,
      .level = log.level,
      .json = log.json,
      .loss_to_stderr = true};
}

std::string ready_line(uint32_t generation, uint64_t pid, const tenon_str* bound, size_t n_bound) {
  std::string line =
      "tenon: ready generation=" + std::to_string(generation) + " pid=" + std::to_string(pid);
  for (size_t i = 0; i < n_bound; ++i) {
    line += " listen=";
    line += view(bound[i]);
  }
  return line + "\n";
}

Control::Control(Options options)
    : options_(std::move(options)),
      instance_(instance_id(options_.roots, options_.config_path)) {
  host_.struct_size = sizeof host_;
  host_.context = this;
  host_.cfg = &config::cfg_api();
  host_.executable = str(options_.executable);
  host_.mpm_file = str(options_.mpm_file);
  host_.log_file = options_.log_file;
  host_.read_config = &Control::read_config;
  host_.read_files = &Control::read_files;
  host_.report = &Control::report;
  host_.ready = &Control::ready;
  host_.instance = str(instance_);
  host_.data_root = str(options_.roots.data);
  host_.config_file = str(options_.config_path);
  host_.findings = &Control::findings;
  host_.adopt = &Control::adopt;
  host_.tend_log = &Control::tend_log;
  host_.print = &Control::print;
}

// The start of the server reads the files once; only a reload looks at the disk again.
config::Snapshot Control::next_snapshot(Diagnostics& diagnostics) {
  if (options_.first) return *std::exchange(options_.first, std::nullopt);
  return config::read_snapshot(options_.roots, options_.config_path, diagnostics);
}

tenon_status TENON_CALL Control::read_config(void* context, tenon_mpm_config* out) noexcept {
  Control& self = *static_cast<Control*>(context);
  Diagnostics findings;
  config::Snapshot snapshot = self.next_snapshot(findings);
  config::Config config;
  if (!findings.has_errors()) config = config::parse(snapshot, findings);
  if (!findings.has_errors() && config.mpm != self.options_.mpm->name) {
    findings.error(
        config.mpm_place,
        "another MPM than the running " + quote(self.options_.mpm->name) +
            " needs a restart of the server"
    );
  }
  if (!findings.has_errors() && self.options_.copy_modules) {
    snapshot.module_copies = self.options_.copy_modules(config, findings);
  }
  std::string encoded = config::encode(snapshot);
  if (encoded.size() > limits::kSnapshotBytesMax) {
    findings.error({}, "the configuration is too large to be given to a child");
  }
  std::unique_ptr<MpmConfig> next;
  if (!findings.has_errors()) {
    next = std::make_unique<MpmConfig>(
        std::move(config), *self.options_.mpm, std::move(encoded), findings
    );
  }
  self.report_all(findings);
  self.findings_ = findings.text();
  if (findings.has_errors()) return TENON_E_FAIL;
  self.current_ = std::move(next);
  *out = self.current_->table();
  return TENON_OK;
}

// A child may have fewer rights than we have, so it gets the files that the configuration names and
// no others.
tenon_status TENON_CALL
Control::read_files(void* context, tenon_buf snapshot, tenon_buf wanted, tenon_buf* out) noexcept {
  Control& self = *static_cast<Control*>(context);
  Result<config::Snapshot> full = config::decode(view(snapshot));
  const Result<std::vector<std::string>> paths = config::decode_wanted(view(wanted));
  if (!full || !paths) return TENON_E_ARG;
  Diagnostics ignored;
  const config::Config config = config::parse(*full, ignored);
  if (ignored.has_errors() || !config::are_named(config, *paths)) return TENON_E_ARG;
  for (config::OptionFile& file : config::read_option_files(*paths)) {
    (*full).option_files.push_back(std::move(file));
  }
  self.with_files_ = config::encode(*full);
  if (self.with_files_.size() > limits::kSnapshotBytesMax) return TENON_E_LIMIT;
  *out = buf(self.with_files_);
  return TENON_OK;
}

void Control::report_all(const Diagnostics& diagnostics) {
  for (const Diagnostic& item : diagnostics.items()) {
    report_line(level_of(item.severity), item.line(), item.line());
  }
}

void Control::report_line(int32_t level, std::string_view line, std::string_view logged) {
  if (!options_.log->enabled(level)) return;
  options_.log->write(level, logged);
  options_.to_operator(std::string(line) + "\n");
}

void TENON_CALL
Control::report(void* context, int32_t level, tenon_str place, tenon_str text) noexcept {
  Control& self = *static_cast<Control*>(context);
  const std::string_view message = view(text);
  if (message.find('\n') == std::string_view::npos) {
    const std::string line = operator_line(level, view(place), message);
    return self.report_line(level, line, place.len == 0 ? message : line);
  }
  for (const std::string_view line : split(message, '\n')) {
    if (!line.empty()) self.report_line(level, line, line);
  }
}

tenon_str TENON_CALL Control::findings(void* context) noexcept {
  Control& self = *static_cast<Control*>(context);
  const Diagnostics late = self.current_ ? self.current_->take_late() : Diagnostics();
  self.report_all(late);
  if (!late.items().empty()) self.findings_ += (self.findings_.empty() ? "" : "\n") + late.text();
  return str(self.findings_);
}

void TENON_CALL Control::adopt(void* context) noexcept {
  const Control& self = *static_cast<const Control*>(context);
  if (self.options_.adopt_copies) self.options_.adopt_copies();
  const config::Log& log = self.current_->config().log;
  self.options_.log->configure(log_options(log, self.host_.log_file));
  if (self.options_.keeper != nullptr) self.options_.keeper->set_rules(log_rules(log));
}

tenon_status TENON_CALL Control::tend_log(void* context, uint32_t reopen, int64_t* out) noexcept {
  Control& self = *static_cast<Control*>(context);
  if (self.options_.keeper == nullptr) return TENON_AGAIN;
  self.tell_full_disk();
  LogKeeper& keeper = *self.options_.keeper;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const Result<LogKeeper::Change> change = keeper.tend(reopen != 0, now);
  if (!change) {
    self.report_error("cannot " + change.error().text());
    return TENON_E_FAIL;
  }
  if (*change == LogKeeper::Change::None) return TENON_AGAIN;
  self.host_.log_file = keeper.file();
  self.options_.log->set_file(keeper.file());
  *out = keeper.file();
  return TENON_OK;
}

void Control::report_error(const std::string& text) {
  report_line(TENON_LOG_ERROR, operator_line(TENON_LOG_ERROR, {}, text), text);
}

// A child cannot tell anybody that its lines are lost, so we look at its disk. Our own line may be
// lost just so, which the log then says on stderr.
void Control::tell_full_disk() {
  std::error_code error;
  const std::filesystem::path folder = to_path(options_.keeper->path()).parent_path();
  const std::filesystem::space_info space = std::filesystem::space(folder, error);
  if (error) return;
  const bool full = space.available < (disk_is_full_ ? kRoomAgainBytes : kFullBytes);
  if (full && !disk_is_full_) {
    options_.log->warn("the disk of this log is full; lines are lost until there is room again");
  } else if (!full && disk_is_full_) {
    options_.log->info("there is room again on the disk of this log");
  }
  disk_is_full_ = full;
}

void TENON_CALL Control::print(void* context, tenon_str text) noexcept {
  static_cast<const Control*>(context)->options_.to_user(view(text));
}

void TENON_CALL Control::ready(
    void* context, uint32_t generation, uint64_t pid, const tenon_str* bound, size_t n_bound
) noexcept {
  const Control& self = *static_cast<const Control*>(context);
  const std::string line = ready_line(generation, pid, bound, n_bound);
  self.options_.to_operator(line);
  const std::string_view logged = std::string_view(line).substr(kProgram.size());
  self.options_.log->info(logged.substr(0, logged.size() - 1));
}

}  // namespace tenon::control
