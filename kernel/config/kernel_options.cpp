// SPDX-License-Identifier: Apache-2.0
#include "config/kernel_options.hpp"

#include <algorithm>

#include <tenon/cpp/assert.hpp>

#include "base/limits.hpp"
#include "config/findings.hpp"
#include "config/units.hpp"

namespace tenon::config {
namespace {

constexpr double kHour = 3'600e9;
constexpr double kMillisecond = 1e6;
constexpr uint64_t kRotateSizeMin = 1024;
constexpr uint64_t kRotateEveryMinNs = 1'000'000'000;  // the log is looked after once a second
constexpr double kTebi = 1024.0 * 1024.0 * 1024.0 * 1024.0;

constexpr tenon_option option(
    int32_t type,
    const char* name,
    const char* doc,
    const char* default_toml,
    const char* choices,
    double min,
    double max
) {
  return {
      sizeof(tenon_option),
      type,
      0,
      TENON_IN_SERVER,
      name,
      doc,
      default_toml,
      choices,
      min,
      max,
      nullptr};
}

constexpr tenon_option size(
    const char* name, const char* doc, const char* value, double min, double max
) {
  return option(TENON_T_SIZE, name, doc, value, nullptr, min, max);
}

constexpr tenon_option duration(const char* name, const char* doc, const char* value) {
  return option(TENON_T_DURATION_NS, name, doc, value, nullptr, kMillisecond, 24 * kHour);
}

constexpr tenon_option kLimits[] = {
    size(
        "header_bytes",
        "Bytes of a request's head at most; more is answered with 431.",
        "\"32KiB\"",
        1024,
        static_cast<double>(limits::kHeaderBytesCeiling)
    ),
    option(
        TENON_T_INT,
        "header_count",
        "Header fields of a request at most; more is answered with 431.",
        "100",
        nullptr,
        1,
        1000
    ),
    size(
        "target_bytes",
        "Bytes of a request's target at most; more is answered with 414.",
        "\"8KiB\"",
        64,
        static_cast<double>(limits::kHeaderBytesCeiling)
    ),
    size(
        "body_bytes",
        "Bytes of a request's body at most; more is answered with 413.",
        "\"1MiB\"",
        0,
        kTebi
    ),
};

constexpr tenon_option kTimeouts[] = {
    duration("header", "From the first byte of a request to the end of its head.", "\"20s\""),
    duration("body", "Between two arrivals of a request's body.", "\"30s\""),
    duration("write", "Between two departures of an answer.", "\"60s\""),
    duration("keep_alive", "Between an answer and the next request.", "\"15s\""),
};

constexpr tenon_option kLog[] = {
    option(TENON_T_PATH, "error", "The error log's file.", "\"logs/error.log\"", nullptr, 1, 0),
    option(
        TENON_T_ENUM,
        "level",
        "What is logged: this and everything graver.",
        "\"info\"",
        "debug|info|warn|error",
        1,
        0
    ),
    option(
        TENON_T_ENUM,
        "format",
        "How a line of the error log is written: words for people, or one JSON object.",
        "\"text\"",
        "text|json",
        1,
        0
    ),
    size(
        "rotate_size",
        "The file gets another name and a new one is begun when it is this large; 0: never.",
        "0",
        0,
        kTebi
    ),
    option(
        TENON_T_DURATION_NS,
        "rotate_every",
        "The same at the end of each such period of UTC: \"24h\" is at midnight; 0: never.",
        "0",
        nullptr,
        0,
        366 * 24 * kHour
    ),
    option(
        TENON_T_INT,
        "keep",
        "How many files that were rotated are kept; 0: all.",
        "10",
        nullptr,
        0,
        10000
    ),
};

// Reads a fixed table; its values are found by their order, as modules do it.
class Reader {
 public:
  Reader(
      const OptionTable& table,
      const TableNode* node,
      const std::string& data_root,
      Diagnostics& diagnostics
  ) {
    const ScopedTable tables[] = {{TENON_IN_SERVER, node}};
    cfg_ = merge(table, tables, {}, data_root, diagnostics);
  }

  uint64_t number(size_t index) const {
    const int64_t* value = std::get_if<int64_t>(&cfg_->values[index]);
    TENON_ASSERT(value != nullptr);
    return static_cast<uint64_t>(*value);
  }
  const std::string& text(size_t index) const {
    const std::string* value = std::get_if<std::string>(&cfg_->values[index]);
    TENON_ASSERT(value != nullptr);
    return *value;
  }
  const Place& place(size_t index) const { return cfg_->places[index]; }

 private:
  std::unique_ptr<tenon_cfg> cfg_;
};

int32_t level_of(const std::string& word) {
  if (word == "debug") return TENON_LOG_DEBUG;
  if (word == "warn") return TENON_LOG_WARN;
  return word == "error" ? TENON_LOG_ERROR : TENON_LOG_INFO;
}

}  // namespace

Limits read_limits(const TableNode* table, Diagnostics& diagnostics) {
  const Reader reader(kernel_tables()[0], table, "", diagnostics);
  Limits limits = {reader.number(0), reader.number(1), reader.number(2), reader.number(3)};
  const bool written = table != nullptr && table->find("target_bytes") != nullptr;
  if (!written) limits.target_bytes = std::min(limits.target_bytes, limits.header_bytes);
  if (limits.target_bytes > limits.header_bytes) {
    const std::string target = format_size(static_cast<int64_t>(limits.target_bytes));
    const std::string header = format_size(static_cast<int64_t>(limits.header_bytes));
    add_error(
        diagnostics,
        reader.place(2),
        "server.limits.target_bytes (" + target + ") is more than header_bytes (" + header +
            "), which counts the target too"
    );
  }
  return limits;
}

Timeouts read_timeouts(const TableNode* table, Diagnostics& diagnostics) {
  const Reader reader(kernel_tables()[1], table, "", diagnostics);
  return {reader.number(0), reader.number(1), reader.number(2), reader.number(3)};
}

Log read_log(const TableNode* table, const std::string& data_root, Diagnostics& diagnostics) {
  const Reader reader(kernel_tables()[2], table, data_root, diagnostics);
  const Log log = {
      reader.text(0),
      level_of(reader.text(1)),
      reader.text(2) == "json",
      reader.number(3),
      reader.number(4),
      reader.number(5)};
  constexpr const char* kOff = "; write 0 for never";
  if (log.rotate_size != 0 && log.rotate_size < kRotateSizeMin) {
    add_error(
        diagnostics, reader.place(3), std::string("server.log.rotate_size is below 1KiB") + kOff
    );
  }
  if (log.rotate_every_ns != 0 && log.rotate_every_ns < kRotateEveryMinNs) {
    add_error(
        diagnostics, reader.place(4), std::string("server.log.rotate_every is below 1s") + kOff
    );
  }
  return log;
}

const std::vector<OptionTable>& kernel_tables() {
  static const std::vector<OptionTable> tables = {
      {"server.limits", "", kLimits, std::size(kLimits)},
      {"server.timeouts", "", kTimeouts, std::size(kTimeouts)},
      {"server.log", "", kLog, std::size(kLog)}};
  return tables;
}

}  // namespace tenon::config
