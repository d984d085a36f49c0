// SPDX-License-Identifier: Apache-2.0
#include "common/settings.hpp"

#include <algorithm>
#include <string>
#include <thread>

namespace tenon::mpm {
namespace {

constexpr double kSecond = 1e9;
constexpr double kHour = 3600 * kSecond;
constexpr std::uint32_t kIoThreadsMax = 256;
// What a child that drains may need beyond graceful_timeout.
constexpr std::uint64_t kBindSlackNs = 10'000'000'000;

constexpr tenon_option integer(
    const char* name,
    const char* doc,
    const char* value,
    double min,
    double max,
    const char* aliases
) {
  return {
      sizeof(tenon_option),
      TENON_T_INT,
      0,
      TENON_IN_SERVER,
      name,
      doc,
      value,
      nullptr,
      min,
      max,
      aliases};
}

constexpr tenon_option duration(
    const char* name, const char* doc, const char* value, double min, const char* aliases
) {
  tenon_option option = integer(name, doc, value, min, kHour, aliases);
  option.type = TENON_T_DURATION_NS;
  return option;
}

// Reads option after option and remembers the first that could not be read.
class Reader {
 public:
  Reader(const tenon_cfg_api& api, const tenon_cfg* cfg) : api_(api), cfg_(cfg) {}

  std::uint64_t number(CommonOption option) {
    std::int64_t value = 0;
    const bool read = api_.i64(cfg_, option, &value) == TENON_OK && value >= 0;
    if (!read && failed_ == nullptr) failed_ = kCommonOptions[option].name;
    return read ? static_cast<std::uint64_t>(value) : 0;
  }
  // Of an option without a default.
  std::uint64_t number_or(CommonOption option, std::uint64_t otherwise) {
    std::int64_t value = 0;
    return api_.i64(cfg_, option, &value) == TENON_E_NOT_FOUND ? otherwise : number(option);
  }
  std::uint32_t small(CommonOption option) { return static_cast<std::uint32_t>(number(option)); }
  const char* failed() const { return failed_; }

 private:
  const tenon_cfg_api& api_;
  const tenon_cfg* cfg_;
  const char* failed_ = nullptr;
};

}  // namespace

constinit const std::array<tenon_option, kCommonOptionCount> kCommonOptions = {{
    integer(
        "io_threads",
        "How many threads do the I/O of connections; 0: one per processor.",
        "0",
        0,
        kIoThreadsMax,
        "IoThreads|worker_processes"
    ),
    integer(
        "threads_per_child",
        "How many threads run hooks that may block.",
        "64",
        1,
        4096,
        "ThreadsPerChild|ThreadLimit"
    ),
    integer(
        "pool_queue",
        "How many blocking hooks may wait for a thread before requests are answered 503.",
        "256",
        0,
        1'000'000,
        nullptr
    ),
    integer(
        "max_connections",
        "At this many open connections accepting pauses.",
        "10000",
        1,
        1'000'000,
        "MaxRequestWorkers|MaxClients|worker_connections"
    ),
    integer(
        "max_connections_per_child",
        "After this many connections a child is replaced, without losing any; 0: never.",
        "0",
        0,
        1e15,
        "MaxConnectionsPerChild|MaxRequestsPerChild"
    ),
    integer(
        "listen_backlog",
        "How many connections the system may queue before they are accepted.",
        "511",
        1,
        65535,
        "ListenBackLog|ListenBacklog|backlog"
    ),
    duration(
        "startup_timeout",
        "How long a new child may take until it is ready.",
        "\"30s\"",
        0.1 * kSecond,
        "StartupTimeout"
    ),
    duration(
        "graceful_timeout",
        "How long a draining child may go on with the requests it has.",
        "\"30s\"",
        0,
        "GracefulShutdownTimeout|worker_shutdown_timeout"
    ),
    duration(
        "keepalive_drain",
        "How long a draining child leaves an idle connection open for one more request.",
        "\"5s\"",
        0,
        nullptr
    ),
    duration(
        "stop_timeout",
        "How long requests may go on when the server is stopped.",
        "\"10s\"",
        0,
        "StopTimeout"
    ),
    duration(
        "hook_timeout",
        "A hook that may not block and runs for this long ends the child, which is replaced; the "
        "log "
        "names module and request. 0: never.",
        "\"30s\"",
        0,
        nullptr
    ),
    duration(
        "crash_backoff_first",
        "How long a second crash in a row delays the next child; doubled by every further one.",
        "\"1s\"",
        0,
        nullptr
    ),
    duration("crash_backoff_max", "The longest such delay.", "\"30s\"", 0, nullptr),
    duration(
        "bind_timeout",
        "How long an address that somebody holds is tried again at the start; without it "
        "graceful_timeout and 10 s, for the child of a control process that died may hold it so "
        "long.",
        nullptr,
        0,
        nullptr
    ),
}};

Result<Settings> read_settings(const tenon_cfg_api& api, const tenon_cfg* cfg) {
  Reader reader(api, cfg);
  Settings settings;
  settings.io_threads = reader.small(kIoThreads);
  if (settings.io_threads == 0) {
    settings.io_threads = std::clamp(std::thread::hardware_concurrency(), 1u, kIoThreadsMax);
  }
  settings.threads_per_child = reader.small(kThreadsPerChild);
  settings.pool_queue = reader.small(kPoolQueue);
  settings.max_connections = reader.small(kMaxConnections);
  settings.max_connections_per_child = reader.number(kMaxConnectionsPerChild);
  settings.listen_backlog = reader.small(kListenBacklog);
  settings.startup_timeout_ns = reader.number(kStartupTimeout);
  settings.graceful_timeout_ns = reader.number(kGracefulTimeout);
  settings.keepalive_drain_ns = reader.number(kKeepaliveDrain);
  settings.stop_timeout_ns = reader.number(kStopTimeout);
  settings.hook_timeout_ns = reader.number(kHookTimeout);
  settings.crash_backoff.first_ns = reader.number(kCrashBackoffFirst);
  settings.crash_backoff.most_ns = reader.number(kCrashBackoffMax);
  const std::uint64_t bind_default_ns = settings.graceful_timeout_ns + kBindSlackNs;
  settings.bind_timeout_ns = reader.number_or(kBindTimeout, bind_default_ns);
  if (settings.bind_timeout_ns < bind_default_ns) {
    settings.warning =
        "the MPM's bind_timeout is less than graceful_timeout and 10 s: a new server may give up "
        "while the child of one that died still drains";
  }
  if (reader.failed() != nullptr) {
    return fail(Error{{}, std::string("MPM option ") + reader.failed() + " cannot be read"});
  }
  return settings;
}

}  // namespace tenon::mpm
