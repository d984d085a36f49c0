// SPDX-License-Identifier: Apache-2.0
#include "event/child.hpp"

#include <charconv>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/endpoint.hpp"
#include "common/section_layout.hpp"
#include "common/supervisor.hpp"
#include "event/child_channel.hpp"
#include "event/crash.hpp"
#include "event/listener.hpp"
#include "event/process.hpp"
#include "event/serving.hpp"
#include "event/watchdog.hpp"

namespace tenon::mpm {
namespace {

// How much longer than asked for an end may take before the watchdog bites: the time to cancel
// connections and to join threads. The control process waits a little longer still.
constexpr std::uint64_t kBiteAfterNs = 500'000'000;

UniqueFd fd_from(const char* text) {
  int number = -1;
  const char* end = text + std::strlen(text);
  const auto parsed = std::from_chars(text, end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || !set_cloexec(number)) return UniqueFd();
  return UniqueFd(number);
}

// One life of the child, in the order of its methods.
class Child {
 public:
  Child(const tenon_child_host& host, ChildChannel& channel, Watchdog& watchdog)
      : host_(host),
        channel_(channel),
        watchdog_(watchdog) {}

  std::int32_t run();

 private:
  struct Shared {
    UniqueFd socket;
    std::uint32_t index = 0;
  };

  bool configure();
  Result<Done> prepare();
  Result<Done> map_the_section();
  Result<Done> open_listeners();
  bool load();
  void serve();
  void change_log(UniqueFd file);
  void drain(DrainMode mode, std::uint64_t within_ns);
  std::int32_t refuse(const std::string& why, std::int32_t code);

  const tenon_child_host& host_;
  ChildChannel& channel_;
  Watchdog& watchdog_;
  tenon_mpm_config config_{};
  Settings settings_;
  Mapping mapping_;
  tenon_section* section_ = nullptr;
  std::optional<CrashReporter> crash_reporter_;
  std::vector<Shared> listeners_;
  std::unique_ptr<Serving> serving_;
  UniqueFd log_;  // that came while serving
};

std::int32_t Child::run() {
  if (!configure()) {
    return refuse(std::string(view(host_.diagnostics(host_.context))), kConfig);
  }
  const Result<Done> prepared = prepare();
  if (!prepared) return refuse(prepared.error().text(), kMachine);
  Serving::Setup setup;
  setup.host = &host_;
  setup.section = section_;
  setup.settings = settings_;
  serving_ = std::make_unique<Serving>(setup);
  serving_->start();
  const bool loaded = load();
  if (loaded) {
    serve();
  } else {
    channel_.refuse(std::string(view(host_.diagnostics(host_.context))));
  }
  serving_->stop();
  channel_.on_log(nullptr);
  static_cast<void>(log_.release());  // written to as long as the process lives
  watchdog_.watch_hooks(*section_, 0);
  // After a load that failed there is nothing to unload.
  if (loaded) host_.unload(host_.context);
  return loaded ? kDone : kConfig;
}

std::int32_t Child::refuse(const std::string& why, std::int32_t code) {
  channel_.refuse(why);
  return code;
}

bool Child::configure() {
  const ChildHandshake::Received& received = channel_.received();
  tenon_child_start start{};
  start.struct_size = sizeof start;
  start.generation = received.generation;
  start.snapshot = buf(received.snapshot);
  start.log_file = received.log_file;
  config_.struct_size = sizeof config_;
  // Inherited for us, not for the processes that modules start.
  if (received.log_file != -1) set_cloexec(static_cast<int>(received.log_file));
  return host_.configure(host_.context, &start, &config_) == TENON_OK;
}

Result<Done> Child::prepare() {
  Result<Settings> settings = read_settings(*host_.cfg, config_.options);
  if (!settings) return fail(settings.error());
  settings_ = *settings;
  const Result<Done> mapped = map_the_section();
  return mapped ? open_listeners() : mapped;
}

Result<Done> Child::map_the_section() {
  const SectionMessage& message = channel_.received().section;
  const UniqueFd section(static_cast<int>(message.handle));
  Result<Mapping> mapping = Mapping::map(section.get(), message.size);
  if (!mapping) return fail(mapping.error());
  mapping_ = std::move(*mapping);
  const Result<tenon_section*> opened = open_section(mapping_.get(), message.size);
  if (!opened) return fail(opened.error());
  section_ = *opened;
  crash_reporter_.emplace(*section_);
  // "One thread per processor" was counted by the control process, and counts once only.
  settings_.io_threads = section_->n_io_threads;
  if (section_->n_io_threads == 0 ||
      section_->n_threads != settings_.io_threads + settings_.threads_per_child ||
      section_->n_listeners != config_.n_listeners) {
    return fail(Error{{}, "the shared section does not fit the configuration"});
  }
  return Done{};
}

Result<Done> Child::open_listeners() {
  for (const ListenerMessage& message : channel_.received().listeners) {
    if (message.index >= config_.n_listeners) {
      return fail(Error{{}, "a LISTENER of an unknown index"});
    }
    Result<UniqueFd> socket = receive_listener(message.socket);
    if (!socket) return fail(socket.error());
    listeners_.push_back(Shared{std::move(*socket), message.index});
  }
  return Done{};
}

bool Child::load() {
  tenon_buf wanted{};
  if (host_.wanted(host_.context, &wanted) != TENON_OK) return false;
  tenon_child_load load{};
  load.struct_size = sizeof load;
  if (wanted.len != 0) {
    // Without an answer there is nobody left to tell, and nothing to load.
    if (!channel_.wait_for_wanted(std::string(view(wanted)))) return false;
    load.snapshot = buf(channel_.received().snapshot);
  }
  load.mpm = &serving_->table();
  load.section = section_;
  return host_.load(host_.context, &load) == TENON_OK;
}

void Child::serve() {
  for (Shared& listener : listeners_) {
    serving_->listen(std::move(listener.socket), listener.index);
  }
  store(section_->state, std::uint32_t{TENON_CHILD_SERVING});
  watchdog_.watch_hooks(*section_, settings_.hook_timeout_ns);
  channel_.on_log([this](UniqueFd file) { change_log(std::move(file)); });
  // Ready means accepting, not about to.
  channel_.ready();
  const std::optional<DrainMessage> message = channel_.wait_for_drain();
  if (message) return drain(message->mode, message->within_ns);
  constexpr std::string_view kOrphaned = "the control process is gone; the child drains and ends";
  host_.report(host_.context, TENON_LOG_WARN, str(kOrphaned));
  drain(DrainMode::Graceful, settings_.graceful_timeout_ns);
}

void Child::change_log(UniqueFd file) {
  host_.set_log(host_.context, file.get());
  log_ = std::move(file);
}

void Child::drain(DrainMode mode, std::uint64_t within_ns) {
  watchdog_.arm(within_ns + kBiteAfterNs);
  channel_.on_hurry([this](const DrainMessage& message) {
    watchdog_.arm(message.within_ns + kBiteAfterNs);
    serving_->hasten(message.within_ns);
  });
  const bool in_time = serving_->drain(mode, within_ns);
  channel_.on_hurry(nullptr);
  if (in_time) return;
  constexpr std::string_view kCut = "connections that were still busy at the deadline were cut";
  host_.report(host_.context, TENON_LOG_WARN, str(kCut));
}

}  // namespace

std::int32_t child_main(const tenon_child_host& host, const char* in, const char* out) {
  // A pipe or socket whose other end is gone says so to whoever writes.
  ::signal(SIGPIPE, SIG_IGN);
  UniqueFd from_control = fd_from(in);
  UniqueFd to_control = fd_from(out);
  if (!from_control || !to_control) return kMachine;
  Watchdog watchdog(host);
  ChildChannel channel(std::move(from_control), std::move(to_control), watchdog);
  channel.start();
  if (!channel.wait_for_start()) return kMachine;
  return Child(host, channel, watchdog).run();
}

}  // namespace tenon::mpm
