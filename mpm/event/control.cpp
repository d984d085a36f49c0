// SPDX-License-Identifier: Apache-2.0
#include "event/control.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/endpoint.hpp"
#include "common/restart_policy.hpp"
#include "event/generation.hpp"
#include "event/listener.hpp"
#include "event/signals.hpp"

namespace tenon::mpm {
namespace {

enum ExitCode : std::int32_t { kStopped = 0, kMachine = 1, kConfig = 2 };

// What a child gets beyond stop_timeout, to cancel and to end, before it is ended from outside.
constexpr std::uint64_t kStopSlackNs = 1'000'000'000;
// How long a child that refused may take to end by itself.
constexpr int kRefusedEndMs = 2'000;

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
  End fail_late(Generation& generation);
  End refused(Generation& generation);
  End supervise(Generation& generation);
  End drain(Generation& generation);
  void announce(const Generation& generation);
  bool pause_before_restart();
  void report(std::int32_t level, std::string_view text, tenon_str place = {});

  const tenon_control_host& host_;
  const Signals signals_;
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
  const Result<Settings> settings = read_settings(*host_.cfg, config_.options);
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
    Result<Listener> listener = open_listener(*wanted, setup_.settings.listen_backlog);
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
  policy_.on_start(monotonic_now_ns());
  Result<std::unique_ptr<Generation>> generation =
      Generation::start(setup_, ++generations_, crashes_);
  if (!generation) {
    report(TENON_LOG_ERROR, "the child cannot be started: " + generation.error().text());
    return End::Failed;
  }
  return join_start(**generation);
}

Control::End Control::join_start(Generation& generation) {
  const std::array fds = {signals_.fd(), generation.channel().decided(), generation.process()};
  const int signalled = wait_any(fds, to_milliseconds(setup_.settings.startup_timeout_ns));
  if (signalled == 0) {
    // Nobody is served yet, so there is nothing to drain.
    generation.terminate();
    return End::Stopped;
  }
  if (signalled < 0) return fail_late(generation);
  // A child that has ended may have said why in its last breath.
  if (signalled == 2) generation.terminate();
  const ControlHandshake::State state = generation.channel().state();
  if (state == ControlHandshake::State::Refused) return refused(generation);
  if (state == ControlHandshake::State::Ready) return supervise(generation);
  generation.terminate();
  report(
      TENON_LOG_ERROR,
      "the child did not start: " + generation.channel().why() + "; " + generation.obituary()
  );
  return End::Failed;
}

Control::End Control::fail_late(Generation& generation) {
  generation.terminate();
  report(
      TENON_LOG_ERROR,
      "the child was not ready within startup_timeout (" +
          std::to_string(to_milliseconds(setup_.settings.startup_timeout_ns)) +
          " ms) and was ended: " + generation.obituary()
  );
  return End::Failed;
}

Control::End Control::refused(Generation& generation) {
  report(TENON_LOG_ERROR, generation.channel().why());
  generation.channel().close_input();
  const std::array fds = {generation.process()};
  wait_any(fds, kRefusedEndMs);
  generation.terminate();
  return End::Refused;
}

Control::End Control::supervise(Generation& generation) {
  announce(generation);
  const std::array fds = {signals_.fd(), generation.process()};
  if (wait_any(fds, -1) == 0) return drain(generation);
  generation.terminate();
  report(TENON_LOG_ERROR, "the child ended unasked: " + generation.obituary());
  return End::Crashed;
}

Control::End Control::drain(Generation& generation) {
  signals_.take();
  listeners_.clear();  // the child's own ones are the last then, and close when its queue is empty
  const std::uint64_t within_ns = setup_.settings.stop_timeout_ns;
  DrainMessage message;
  message.mode = DrainMode::Stop;
  message.within_ns = within_ns;
  generation.channel().drain(message);  // a child that cannot be told is ending, or is ended below
  const std::array fds = {generation.process(), signals_.fd()};
  const int signalled = wait_any(fds, to_milliseconds(within_ns + kStopSlackNs));
  generation.terminate();
  if (signalled != 0) {
    const std::string why =
        signalled == 1 ? "a second request to stop came" : "it did not end within stop_timeout";
    report(TENON_LOG_WARN, "the child was ended, for " + why + ": " + generation.obituary());
  } else if (!generation.ended_well()) {
    report(TENON_LOG_WARN, "the child did not end cleanly: " + generation.obituary());
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
  const auto pid = static_cast<std::uint64_t>(generation.process_id());
  host_.ready(host_.context, generation.number(), pid, bound.data(), bound.size());
}

// False: the server is to stop. The listeners stay open meanwhile, so that clients wait in the
// system's queue instead of being turned away.
bool Control::pause_before_restart() {
  const std::uint64_t delay_ns = policy_.on_crash(monotonic_now_ns());
  const int delay_ms = to_milliseconds(delay_ns);
  if (delay_ms > 0) {
    report(TENON_LOG_WARN, "the next child starts in " + std::to_string(delay_ms) + " ms");
  }
  const std::array fds = {signals_.fd()};
  return wait_any(fds, delay_ms) != 0;
}

void Control::report(std::int32_t level, std::string_view text, tenon_str place) {
  host_.report(host_.context, level, place, str(text));
}

}  // namespace

std::int32_t control_main(const tenon_control_host& host) {
  return Control(host).run();
}

}  // namespace tenon::mpm
