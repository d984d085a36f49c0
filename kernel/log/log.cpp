// SPDX-License-Identifier: Apache-2.0
#include "log/log.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include "log/output.hpp"

namespace tenon {
namespace {

constexpr const char* kPattern = "%Y-%m-%dT%H:%M:%S.%eZ [%l] %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

// Formats one line and hands it to the system in one call, so that lines of several processes that
// append to the same file never mix. The base class serialises the threads of this process.
class OutputSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit OutputSink(const Log::Options& options)
      : base_sink(std::make_unique<spdlog::pattern_formatter>(
            options.json ? kJsonPattern : kPattern, spdlog::pattern_time_type::utc, "\n"
        )),
        file_(options.file),
        to_stderr_(options.to_stderr) {}

  void set_file(int64_t file) {
    const std::lock_guard guard(mutex_);
    file_ = file;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const std::string_view text(line.data(), line.size());
    if (file_ != -1) write_to_file(file_, text);
    if (to_stderr_) write_to_stderr(text);
  }
  void flush_() override {}

  int64_t file_;
  const bool to_stderr_;
};

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

struct Log::State {
  std::unique_ptr<OutputSink> sink = std::make_unique<OutputSink>(Options{});
  std::atomic<int32_t> level{TENON_LOG_INFO};
  bool json = false;
};

Log::Log() : state_(std::make_unique<State>()) {}
Log::~Log() = default;

void Log::configure(const Options& options) {
  state_->sink = std::make_unique<OutputSink>(options);
  state_->json = options.json;
  state_->level.store(options.level, std::memory_order_relaxed);
}

void Log::set_file(int64_t file) {
  state_->sink->set_file(file);
}

bool Log::enabled(int32_t level) const {
  return level >= state_->level.load(std::memory_order_relaxed);
}

void Log::write(int32_t level, std::string_view message, const LogField* fields, size_t n_fields) {
  if (!enabled(level)) return;
  std::string text;
  if (state_->json) {
    text = json_members(message, fields, n_fields);
  } else {
    append_escaped(text, message);
    for (size_t i = 0; i < n_fields; ++i) {
      append_field(text, fields[i]);
    }
  }
  state_->sink->log(spdlog::details::log_msg("", spdlog_level(level), text));
}

}  // namespace tenon
