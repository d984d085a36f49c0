// SPDX-License-Identifier: Apache-2.0
#include "winnt/child.hpp"

#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/endpoint.hpp"
#include "common/section_layout.hpp"
#include "common/supervisor.hpp"
#include "winnt/child_channel.hpp"
#include "winnt/crash.hpp"
#include "winnt/listener.hpp"
#include "winnt/options.hpp"
#include "winnt/process.hpp"
#include "winnt/serving.hpp"
#include "winnt/watchdog.hpp"

namespace tenon::mpm {
namespace {

// How much longer than asked for an end may take before the watchdog bites: the time to cancel
// connections and to join threads. The control process waits a little longer still.
constexpr DWORD kBiteAfterMs = 500;
constexpr std::uint64_t kMillisecond = 1'000'000;

UniqueHandle handle_from(const char* text) {
  std::uint64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto parsed = std::from_chars(text, end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return UniqueHandle();
  return UniqueHandle(as_handle(static_cast<std::int64_t>(number)));
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
    UniqueSocket socket;
    std::uint32_t index = 0;
    std::uint16_t family = 4;
  };

  bool configure();
  Result<Done> prepare();
  Result<Done> map_the_section();
  Result<Done> open_listeners();
  bool load();
  void serve();
  void replace(const ListenerMessage& listener);
  void change_log(std::int64_t file);
  void drain(DrainMode mode, std::uint64_t within_ns);
  std::int32_t refuse(const std::string& why, std::int32_t code);

  const tenon_child_host& host_;
  ChildChannel& channel_;
  Watchdog& watchdog_;
  tenon_mpm_config config_{};
  WinntSettings settings_;
  UniqueMapping mapping_;
  tenon_section* section_ = nullptr;
  std::unique_ptr<CrashReporter> crash_reporter_;
  std::vector<Shared> listeners_;
  std::unique_ptr<Serving> serving_;
  UniqueHandle log_;  // that came while serving
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
  setup.source = &channel_;
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
  if (received.log_file != -1) {
    ::SetHandleInformation(as_handle(received.log_file), HANDLE_FLAG_INHERIT, 0);
  }
  return host_.configure(host_.context, &start, &config_) == TENON_OK;
}

Result<Done> Child::prepare() {
  Result<WinntSettings> settings = read_winnt_settings(*host_.cfg, config_.options);
  if (!settings) return fail(settings.error());
  settings_ = *settings;
  set_thread_stack(settings_.thread_stack_bytes);
  const Result<Done> mapped = map_the_section();
  return mapped ? open_listeners() : mapped;
}

Result<Done> Child::map_the_section() {
  const SectionMessage& message = channel_.received().section;
  const UniqueHandle handle(as_handle(static_cast<std::int64_t>(message.handle)));
  Result<UniqueMapping> mapping = map_section(handle.get(), message.size);
  if (!mapping) return fail(mapping.error());
  mapping_ = std::move(*mapping);
  const Result<tenon_section*> section = open_section(mapping_.get(), message.size);
  if (!section) return fail(section.error());
  section_ = *section;
  crash_reporter_ = std::make_unique<CrashReporter>(*section_, message);
  const Settings& common = settings_.common;
  if (section_->n_io_threads != common.io_threads ||
      section_->n_threads != common.io_threads + common.threads_per_child ||
      section_->n_listeners != config_.n_listeners) {
    return fail(Error{{}, "the shared section does not fit the configuration"});
  }
  return Done{};
}

Result<Done> Child::open_listeners() {
  const std::vector<const tenon_listener*> known = listeners_of(config_);
  for (const ListenerMessage& message : channel_.received().listeners) {
    if (message.index >= known.size()) return fail(Error{{}, "a LISTENER of an unknown index"});
    Result<UniqueSocket> socket = receive_listener(message.socket);
    if (!socket) return fail(socket.error());
    listeners_.push_back(Shared{std::move(*socket), message.index, known[message.index]->family});
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
    serving_->listen(std::move(listener.socket), listener.index, listener.family);
  }
  store(section_->state, std::uint32_t{TENON_CHILD_SERVING});
  watchdog_.watch_hooks(*section_, settings_.common.hook_timeout_ns);
  channel_.on_log([this](const LogMessage& message) { change_log(message.handle); });
  // Ready means accepting, not about to.
  channel_.ready();
  while (const std::optional<ChildChannel::Order> order = channel_.wait_for_order()) {
    if (const auto* message = std::get_if<DrainMessage>(&*order)) {
      return drain(message->mode, message->within_ns);
    }
    replace(std::get<ListenerMessage>(*order));
  }
  constexpr std::string_view kOrphaned = "the control process is gone; the child drains and ends";
  host_.report(host_.context, TENON_LOG_WARN, str(kOrphaned));
  drain(DrainMode::Graceful, settings_.common.graceful_timeout_ns);
}

// The control process has made the handle ours.
void Child::change_log(std::int64_t file) {
  host_.set_log(host_.context, file);
  const UniqueHandle old(std::exchange(log_, UniqueHandle(as_handle(file))));
}

// One that is no good changes nothing: the acceptor asks again.
void Child::replace(const ListenerMessage& listener) {
  Result<UniqueSocket> socket = receive_listener(listener.socket);
  if (socket) return serving_->replace(listener.index, std::move(*socket));
  host_.report(host_.context, TENON_LOG_WARN, str(socket.error().text()));
}

void Child::drain(DrainMode mode, std::uint64_t within_ns) {
  watchdog_.arm(static_cast<DWORD>(within_ns / kMillisecond) + kBiteAfterMs);
  channel_.on_hurry([this](const DrainMessage& message) {
    watchdog_.arm(static_cast<DWORD>(message.within_ns / kMillisecond) + kBiteAfterMs);
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
  // A crash must end the child at once, for the control process to see, and not show a dialogue.
  ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  UniqueHandle from_control = handle_from(in);
  UniqueHandle to_control = handle_from(out);
  if (!from_control || !to_control) return kMachine;
  const WinsockScope winsock;
  Watchdog watchdog(host);
  ChildChannel channel(std::move(from_control), std::move(to_control), watchdog);
  channel.start();
  if (!channel.wait_for_start()) return kMachine;
  return Child(host, channel, watchdog).run();
}

}  // namespace tenon::mpm
