// SPDX-License-Identifier: Apache-2.0
#include "log/log_keeper.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"

namespace tenon {
namespace {

namespace fs = std::filesystem;

constexpr size_t kStampLength = std::string_view("YYYYMMDD-HHMMSS").size();

std::string stamp(LogKeeper::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(
      text,
      sizeof text,
      "%04d%02u%02u-%02d%02d%02d",
      static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count())
  );
  return text;
}

// What orders the old files of one log: their stamp, then the number behind it; "" for another
// file.
std::string order_of(const std::string& name, const std::string& log_name) {
  if (!name.starts_with(log_name + ".")) return {};
  const std::string rest = name.substr(log_name.size() + 1);
  if (rest.size() < kStampLength) return {};
  for (size_t i = 0; i < kStampLength; ++i) {
    if (i == 8 ? rest[i] != '-' : !is_digit(rest[i])) return {};
  }
  if (rest.size() == kStampLength) return rest + std::string(9, '0') + "1";
  const std::string number = rest.substr(kStampLength + 1);
  if (rest[kStampLength] != '-' || !parse_u64(number) || number.size() > 9) return {};
  return rest.substr(0, kStampLength) + std::string(10 - number.size(), '0') + number;
}

// A name that no file has.
fs::path old_name(const fs::path& path, LogKeeper::Time now) {
  const std::string base = to_utf8(path) + "." + stamp(now);
  std::error_code ignored;
  fs::path name = to_path(base);
  for (int number = 2; fs::exists(name, ignored) && number < limits::kOldLogsOfASecond; ++number) {
    name = to_path(base + "-" + std::to_string(number));
  }
  return name;
}

LogKeeper::Time time_of(const fs::path& path, LogKeeper::Time now) {
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(path, error);
  if (error || fs::file_size(path, error) == 0 || error) return now;
  // By its age, since the clock of files need not be that of the system.
  const auto age = fs::file_time_type::clock::now() - written;
  return now - std::max(std::chrono::duration_cast<std::chrono::seconds>(age), {});
}

}  // namespace

Result<Done> LogKeeper::open(const Rules& rules, Time now) {
  rules_ = rules;
  const Result<Change> opened = open_again(now);
  if (!opened) return fail(opened.error());
  return Done();
}

void LogKeeper::set_rules(const Rules& rules) {
  if (rules.path != rules_.path) failed_ = false;
  rules_ = rules;
}

Result<LogKeeper::Change> LogKeeper::tend(bool reopen, Time now) {
  if (reopen || (rules_.path != open_path_ && !failed_)) return open_again(now);
  if (rules_.path != open_path_ || !is_due(now)) return Change::None;
  return rotate(now);
}

// An empty file is not worth a name of its own.
bool LogKeeper::is_due(Time now) const {
  if (now < retry_after_) return false;
  std::error_code error;
  const uintmax_t size = fs::file_size(to_path(open_path_), error);
  if (error || size == 0) return false;
  if (rules_.rotate_size != 0 && size >= rules_.rotate_size) return true;
  return rules_.rotate_every_ns != 0 && period_of(now) != period_of(begun_);
}

int64_t LogKeeper::period_of(Time time) const {
  const auto seconds = static_cast<int64_t>(rules_.rotate_every_ns / 1'000'000'000);
  return time.time_since_epoch().count() / std::max<int64_t>(seconds, 1);
}

// Whoever writes goes on writing to the renamed file until he got the new one: no line is lost.
Result<LogKeeper::Change> LogKeeper::rotate(Time now) {
  const fs::path path = to_path(open_path_);
  const fs::path old = old_name(path, now);
  std::error_code error;
  fs::rename(path, old, error);
  if (error) {
    retry_after_ = now + std::chrono::seconds(limits::kLogRetrySeconds);
    return fail(Error{error, "rename the log " + open_path_ + ", which goes on growing"});
  }
  begun_ = now;
  Result<Change> opened = open_again(now);
  if (opened) {
    remove_old();
  } else {
    fs::rename(old, path, error);
    retry_after_ = now + std::chrono::seconds(limits::kLogRetrySeconds);
  }
  return opened;
}

Result<LogKeeper::Change> LogKeeper::open_again(Time now) {
  const Time begun = time_of(to_path(rules_.path), now);
  const Result<int64_t> file = open_log_file(rules_.path);
  failed_ = !file;
  if (!file) return fail(file.error());
  previous_ = std::exchange(current_, UniqueLogFile(*file));
  open_path_ = rules_.path;
  begun_ = begun;
  return Change::NewFile;
}

void LogKeeper::remove_old() const {
  if (rules_.keep == 0) return;
  const fs::path path = to_path(open_path_);
  const std::string name = to_utf8(path.filename());
  std::vector<std::pair<std::string, fs::path>> old;
  std::error_code error;
  fs::directory_iterator entries(path.parent_path(), error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::string order = order_of(to_utf8(entries->path().filename()), name);
    if (!order.empty()) old.emplace_back(std::move(order), entries->path());
  }
  std::sort(old.begin(), old.end());
  for (size_t i = 0; i + rules_.keep < old.size(); ++i) {
    fs::remove(old[i].second, error);
  }
}

}  // namespace tenon
