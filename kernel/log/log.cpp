// SPDX-License-Identifier: Apache-2.0
#include "log/log.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include "log/output.hpp"

namespace tenon {
namespace {

constexpr const char* kPattern = "%Y-%m-%dT%H:%M:%S.%eZ [%l] %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

std::unique_ptr<spdlog::formatter> make_formatter(const char* pattern) {
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n");
}

spdlog::level::level_enum spdlog_level(int32_t level) {
  if (level <= TENON_LOG_DEBUG) return spdlog::level::debug;
  if (level == TENON_LOG_INFO) return spdlog::level::info;
  if (level == TENON_LOG_WARN) return spdlog::level::warn;
  return spdlog::level::err;
}

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

// A message may hold what a client sent: no byte of it may start a new line or drive a terminal.
void append_escaped(std::string& line, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  for (const char byte : text) {
    if (!is_control(byte)) {
      line += byte;
    } else if (byte == '\n') {
      line += "\\n";
    } else if (byte == '\t') {
      line += "\\t";
    } else {
      line += {'\\', 'x', kHex[static_cast<unsigned char>(byte) >> 4], kHex[byte & 15]};
    }
  }
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"") != std::string_view::npos;
}

void append_field(std::string& line, const LogField& field) {
  line += ' ';
  append_escaped(line, field.key);
  line += '=';
  if (!needs_quotes(field.value)) return append_escaped(line, field.value);
  std::string quoted = "\"";
  for (const char byte : field.value) {
    if (byte == '"' || byte == '\\') quoted += '\\';
    quoted += byte;
  }
  append_escaped(line, quoted + "\"");
}

// A text as JSON. What is no UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The members behind time and level, by the form of kJsonPattern. A field that has the name of
// one of ours would make it ambiguous, so it gets an underscore.
std::string json_members(std::string_view message, const LogField* fields, size_t n_fields) {
  std::string out = "\"message\":" + json_text(message);
  for (size_t i = 0; i < n_fields; ++i) {
    std::string key(fields[i].key);
    if (key == "time" || key == "level" || key == "message") key += '_';
    out += "," + json_text(key) + ":" + json_text(fields[i].value);
  }
  return out;
}

}  // namespace

// Formats one line and hands it to the system in one call, so that lines of several processes that
// append to the same file never mix.
struct Log::State {
  std::atomic<int32_t> level{TENON_LOG_INFO};
  std::atomic<bool> json{false};
  std::mutex mutex;  // for all below
  const std::unique_ptr<spdlog::formatter> formatters[2] = {
      make_formatter(kPattern), make_formatter(kJsonPattern)};
  Options options;
  uint64_t lost = 0;  // lines, since the file could last be written
  bool torn = false;  // the last line in the file has no end

  void write_line(int32_t line_level, bool as_json, std::string_view text) {
    spdlog::memory_buf_t buffer;
    formatters[as_json ? 1 : 0]->format({"", spdlog_level(line_level), text}, buffer);
    const std::string_view line(buffer.data(), buffer.size());
    if (options.file != -1) write_to_log(line, as_json);
    if (options.to_stderr) write_to_stderr(line);
  }

 private:
  void write_to_log(std::string_view line, bool as_json) {
    if (lost == 0) return note(write_to_file(options.file, line));
    const WriteOutcome told = write_to_file(options.file, loss_line(as_json));
    if (told.error) return note(told);
    lost = 0;
    torn = false;
    note(write_to_file(options.file, line));
  }

  std::string loss_line(bool as_json) const {
    const std::string text = lines(lost) + " lost, because this log could not be written";
    spdlog::memory_buf_t buffer;
    const std::string members = as_json ? json_members(text, nullptr, 0) : text;
    formatters[as_json ? 1 : 0]->format({"", spdlog::level::warn, members}, buffer);
    return (torn ? "\n" : "") + std::string(buffer.data(), buffer.size());
  }
  static std::string lines(uint64_t count) {
    return count == 1 ? "1 line was" : std::to_string(count) + " lines were";
  }

  void note(const WriteOutcome& outcome) {
    if (!outcome.error) return;
    torn = torn || outcome.written != 0;
    if (lost++ != 0 || !options.loss_to_stderr) return;
    write_to_stderr(
        "tenon: error: cannot write the error log: " + outcome.error.message() +
        "; its lines are lost until it can be written again\n"
    );
  }
};

Log::Log() : state_(std::make_unique<State>()) {}
Log::~Log() = default;

void Log::configure(const Options& options) {
  const std::lock_guard guard(state_->mutex);
  state_->options = options;
  state_->json.store(options.json, std::memory_order_relaxed);
  state_->level.store(options.level, std::memory_order_relaxed);
}

void Log::set_file(int64_t file) {
  const std::lock_guard guard(state_->mutex);
  state_->options.file = file;
}

bool Log::enabled(int32_t level) const {
  return level >= state_->level.load(std::memory_order_relaxed);
}

void Log::write(int32_t level, std::string_view message, const LogField* fields, size_t n_fields) {
  if (!enabled(level)) return;
  const bool json = state_->json.load(std::memory_order_relaxed);
  std::string text;
  if (json) {
    text = json_members(message, fields, n_fields);
  } else {
    append_escaped(text, message);
    for (size_t i = 0; i < n_fields; ++i) {
      append_field(text, fields[i]);
    }
  }
  const std::lock_guard guard(state_->mutex);
  state_->write_line(level, json, text);
}

}  // namespace tenon
