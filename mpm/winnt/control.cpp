// SPDX-License-Identifier: Apache-2.0
#include "winnt/control.hpp"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/endpoint.hpp"
#include "common/restart_policy.hpp"
#include "winnt/console.hpp"
#include "winnt/generation.hpp"
#include "winnt/listener.hpp"
#include "winnt/options.hpp"

namespace tenon::mpm {
namespace {

enum ExitCode : std::int32_t { kStopped = 0, kMachine = 1, kConfig = 2 };

constexpr std::uint64_t kMillisecond = 1'000'000;
// What a child gets beyond stop_timeout, to cancel and to end, before it is ended from outside.
constexpr std::uint64_t kStopSlackNs = 1'000'000'000;
// How long a child that refused may take to end by itself.
constexpr DWORD kRefusedEndMs = 2'000;

// The place in `objects` of the first that is signalled; -1: the time is up.
int wait_any(std::initializer_list<HANDLE> objects, DWORD milliseconds) {
  const auto count = static_cast<DWORD>(objects.size());
  const DWORD result = ::WaitForMultipleObjects(count, objects.begin(), FALSE, milliseconds);
  return result < WAIT_OBJECT_0 + count ? static_cast<int>(result - WAIT_OBJECT_0) : -1;
}

DWORD to_milliseconds(std::uint64_t ns) {
  return static_cast<DWORD>((ns + kMillisecond - 1) / kMillisecond);
}

// Supervises one child after another until somebody asks it to stop.
class Control {
 public:
  explicit Control(const tenon_control_host& host) : host_(host) {}

  std::int32_t run();

 private:
  // How one child's life ended, or why it never began.
  enum class End {
    Stopped,  // as asked
    Refused,  // it did not like the configuration; reported
    Failed,   // it never became ready; reported
    Crashed,  // it served, then ended unasked; reported
  };

  std::int32_t prepare();
  bool open_listeners();
  End live();
  End join_start(Generation& generation);
  End refused(Generation& generation);
  End supervise(Generation& generation);
  End drain(Generation& generation);
  void announce(const Generation& generation);
  bool pause_before_restart();
  void report(std::int32_t level, std::string_view text, tenon_str place = {});
  void report_end(std::int32_t level, const std::string& what, const Generation& generation);

  const tenon_control_host& host_;
  const Console console_;
  const WinsockScope winsock_;
  tenon_mpm_config config_{};
  std::string snapshot_;
  GenerationSetup setup_;
  std::vector<Listener> listeners_;
  RestartPolicy policy_;
  std::uint32_t generations_ = 0;
  std::uint32_t crashes_ = 0;
};

std::int32_t Control::run() {
  const std::int32_t code = prepare();
  if (code != kStopped) return code;
  for (bool first = true;; first = false) {
    const End end = live();
    if (end == End::Stopped) return kStopped;
    // A server that cannot start says so and ends; one that has served tries for ever.
    if (first && end == End::Refused) return kConfig;
    if (first && end == End::Failed) return kMachine;
    ++crashes_;
    if (!pause_before_restart()) return kStopped;
  }
}

std::int32_t Control::prepare() {
  config_.struct_size = sizeof config_;
  if (host_.read_config(host_.context, &config_) != TENON_OK) return kConfig;
  const Result<WinntSettings> settings = read_winnt_settings(*host_.cfg, config_.options);
  if (!settings) {
    report(TENON_LOG_ERROR, settings.error().text());
    return kConfig;
  }
  setup_.host = &host_;
  setup_.config = &config_;
  snapshot_ = view(config_.snapshot);
  setup_.snapshot = &snapshot_;
  setup_.listeners = &listeners_;
  setup_.settings = *settings;
  setup_.control_started_unix_ns = unix_now_ns();
  return open_listeners() ? kStopped : kMachine;
}

bool Control::open_listeners() {
  bool all = true;
  for (const tenon_listener* wanted : listeners_of(config_)) {
    Result<Listener> listener = open_listener(*wanted, setup_.settings.common.listen_backlog);
    if (listener) {
      listeners_.push_back(std::move(*listener));
    } else {
      report(TENON_LOG_ERROR, listener.error().text(), wanted->place);
      all = false;
    }
  }
  return all;
}

Control::End Control::live() {
  policy_.on_start(::GetTickCount64() * kMillisecond);
  Result<std::unique_ptr<Generation>> generation =
      Generation::start(setup_, ++generations_, crashes_);
  if (!generation) {
    report(TENON_LOG_ERROR, "the child cannot be started: " + generation.error().text());
    return End::Failed;
  }
  return join_start(**generation);
}

Control::End Control::join_start(Generation& generation) {
  const DWORD patience_ms = to_milliseconds(setup_.settings.common.startup_timeout_ns);
  const int signalled = wait_any(
      {console_.stop(), generation.channel().decided(), generation.process()}, patience_ms
  );
  if (signalled == 0) {
    // Nobody is served yet, so there is nothing to drain.
    generation.terminate();
    return End::Stopped;
  }
  if (signalled < 0) {
    generation.terminate();
    report_end(
        TENON_LOG_ERROR,
        "the child was not ready within startup_timeout (" + std::to_string(patience_ms) +
            " ms) and was ended",
        generation
    );
    return End::Failed;
  }
  // A child that has ended may have said why in its last breath.
  if (signalled == 2) generation.terminate();
  const ControlHandshake::State state = generation.channel().state();
  if (state == ControlHandshake::State::Refused) return refused(generation);
  if (state == ControlHandshake::State::Ready) return supervise(generation);
  generation.terminate();
  const std::string why = generation.channel().why();
  report_end(TENON_LOG_ERROR, "the child did not start: " + why, generation);
  return End::Failed;
}

Control::End Control::refused(Generation& generation) {
  report(TENON_LOG_ERROR, generation.channel().why());
  generation.channel().close_input();
  ::WaitForSingleObject(generation.process(), kRefusedEndMs);
  generation.terminate();
  return End::Refused;
}

Control::End Control::supervise(Generation& generation) {
  announce(generation);
  if (wait_any({console_.stop(), generation.process()}, INFINITE) == 0) return drain(generation);
  generation.terminate();
  report_end(TENON_LOG_ERROR, "the child ended unasked", generation);
  return End::Crashed;
}

Control::End Control::drain(Generation& generation) {
  const std::uint64_t within_ns = setup_.settings.common.stop_timeout_ns;
  DrainMessage message;
  message.mode = DrainMode::Stop;
  message.within_ns = within_ns;
  generation.channel().drain(message);  // a child that cannot be told is ending, or is ended below
  listeners_.clear();  // the child's own ones are the last then, and close once it has stopped them
  const int signalled =
      wait_any({generation.process(), console_.hurry()}, to_milliseconds(within_ns + kStopSlackNs));
  generation.terminate();
  if (signalled == 1) {
    report_end(TENON_LOG_WARN, "a second request to stop came and the child was ended", generation);
  } else if (!generation.obituary().clean) {
    report_end(TENON_LOG_WARN, "the child did not end within stop_timeout", generation);
  }
  return End::Stopped;
}

void Control::announce(const Generation& generation) {
  std::vector<std::string> texts;
  std::vector<tenon_str> bound;
  const std::vector<const tenon_listener*> wanted = listeners_of(config_);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    texts.push_back(bound_text(*wanted[i], listeners_[i].port));
  }
  for (const std::string& text : texts)
    bound.push_back(str(text));
  host_.ready(
      host_.context, generation.number(), generation.process_id(), bound.data(), bound.size()
  );
}

// False: the server is to stop. The listeners stay open meanwhile, so that clients wait in the
// system's queue instead of being turned away.
bool Control::pause_before_restart() {
  const std::uint64_t delay_ns = policy_.on_crash(::GetTickCount64() * kMillisecond);
  if (delay_ns > 0) {
    report(
        TENON_LOG_WARN,
        "the next child starts in " + std::to_string(to_milliseconds(delay_ns)) + " ms"
    );
  }
  return wait_any({console_.stop()}, to_milliseconds(delay_ns)) != 0;
}

void Control::report(std::int32_t level, std::string_view text, tenon_str place) {
  host_.report(host_.context, level, place, str(text));
}

// Line by line, because the kernel adds time, level and name to single lines only.
void Control::report_end(
    std::int32_t level, const std::string& what, const Generation& generation
) {
  const Generation::Obituary obituary = generation.obituary();
  report(level, what + ": " + obituary.sentence);
  std::string_view hooks = obituary.hooks;
  while (!hooks.empty()) {
    const std::string_view line = hooks.substr(0, hooks.find('\n'));
    const std::size_t indent = line.find_first_not_of(' ');
    report(level, line.substr(std::min(indent, line.size())));
    hooks.remove_prefix(std::min(line.size() + 1, hooks.size()));
  }
}

}  // namespace

std::int32_t control_main(const tenon_control_host& host) {
  return Control(host).run();
}

}  // namespace tenon::mpm
