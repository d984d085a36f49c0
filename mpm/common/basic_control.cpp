// SPDX-License-Identifier: Apache-2.0
#include "common/basic_control.hpp"

#include <utility>

#include <tenon/cpp/text.hpp>

#include "common/clock.hpp"
#include "common/status_text.hpp"

namespace tenon::mpm {
namespace {

BasicGeneration& generation(SupervisedChild& child) {
  return static_cast<BasicGeneration&>(child);
}

// "main=127.0.0.1:8080", for each that is open.
std::vector<std::string> open_addresses(const ListenersPlan& plan) {
  std::vector<std::string> texts;
  for (const ListenAddress& address : plan.addresses()) {
    if (address.is_open)
      texts.push_back(std::string(address.name) + "=" + std::string(address.bound));
  }
  return texts;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += (all.empty() ? "" : " ") + text;
  return all;
}

}  // namespace

BasicControl::BasicControl(
    const tenon_control_host& host, const ControlObservers& observers, std::uint64_t pid
)
    : host_(host),
      supervisor_(*this),
      observers_(observers),
      pid_(pid),
      started_unix_ns_(unix_now_ns()) {}

std::int32_t BasicControl::cannot_begin(const Error& error) {
  report(TENON_LOG_ERROR, error.text());
  not_started({kMachine, error.text()});
  return kMachine;
}

void BasicControl::take(Asked asked) {
  const std::uint64_t now_ns = monotonic_now_ns();
  switch (asked.request) {
    case Request::Stop:
      return supervisor_.ask_stop(DrainMode::Stop, std::move(asked.reply), now_ns);
    case Request::GracefulStop:
      return supervisor_.ask_stop(DrainMode::Graceful, std::move(asked.reply), now_ns);
    case Request::Reload:
      return reload(std::move(asked.reply));
    case Request::ReopenLogs:
      return asked.reply(
          tend_log(true) ? Outcome{kDone, "the log is open again"}
                         : Outcome{kMachine, "the log cannot be opened; the server's log says why"}
      );
    case Request::Status:
    case Request::StatusJson:
      return asked.reply({kDone, status(asked.request == Request::StatusJson)});
    case Request::Interrupt:
      return interrupt();
  }
}

void BasicControl::reload(Reply reply) {
  report(TENON_LOG_INFO, "a reload was asked for");
  for (ControlObserver* observer : observers_)
    observer->reloading();
  supervisor_.ask_reload([this, reply = std::move(reply)](const Outcome& outcome) {
    if (outcome.code != kDone) {
      for (ControlObserver* observer : observers_)
        observer->refused(outcome, false);
    }
    if (reply) reply(outcome);
  });
}

void BasicControl::interrupt() {
  if (supervisor_.is_stopping()) return supervisor_.hurry();
  supervisor_.ask_stop(DrainMode::Stop, {}, monotonic_now_ns());
}

std::string BasicControl::status(bool json) {
  ServerStatus status;
  status.instance = std::string(view(host_.instance));
  status.control_pid = pid_;
  status.started_unix_ns = started_unix_ns_;
  status.crashes = supervisor_.crashes();
  status.now_ns = monotonic_now_ns();
  status.restart_at_ns = supervisor_.restart_at_ns();
  status.stopping = supervisor_.is_stopping();
  supervisor_.each([&](Supervisor::Role role, SupervisedChild& child) {
    status.children.push_back({role, &generation(child).section()});
  });
  return json ? status_json(status) : status_text(status);
}

std::optional<std::uint64_t> BasicControl::look() {
  const std::uint64_t next_ns = supervisor_.tick(monotonic_now_ns());
  alive();
  if (supervisor_.exit_code()) return std::nullopt;
  tend_log(false);
  return next_ns;
}

void BasicControl::alive() {
  const std::uint64_t now_ns = monotonic_now_ns();
  for (ControlObserver* observer : observers_)
    observer->alive(now_ns);
}

// A server that was stopped before its first child, while it waited for an address say, ends as it
// was asked to.
std::int32_t BasicControl::finish(std::deque<Asked> rest) {
  std::int32_t code = *supervisor_.exit_code();
  for (Asked& asked : rest) {
    const bool stops = is_stop(asked.request);
    if (stops && !supervisor_.is_stopping()) code = kDone;
    if (asked.reply) asked.reply({stops ? kDone : kMachine, "the server has been stopped"});
  }
  return code;
}

ChildSetup BasicControl::child_setup(std::uint32_t number, std::uint32_t crashes) const {
  ChildSetup setup;
  setup.host = &host_;
  setup.number = number;
  setup.crashes = crashes;
  setup.log_edition = log_edition_;
  setup.control_pid = pid_;
  setup.control_started_unix_ns = started_unix_ns_;
  return setup;
}

Result<std::shared_ptr<Plan>, Outcome> BasicControl::make_plan(const Plan* current) {
  tenon_mpm_config config{};
  config.struct_size = sizeof config;
  if (host_.read_config(host_.context, &config) != TENON_OK) {
    return fail(Outcome{kConfig, std::string(view(host_.findings(host_.context)))});
  }
  return plan_from(config, current);
}

void BasicControl::announce(const Plan& plan, SupervisedChild& child, bool adopted) {
  if (adopted) host_.adopt(host_.context);
  // While it was starting it could not be told that the log had become another file.
  generation(child).bring_log(log_edition_, host_.log_file);
  const std::vector<std::string> texts = open_addresses(static_cast<const ListenersPlan&>(plan));
  std::vector<tenon_str> bound;
  for (const std::string& text : texts)
    bound.push_back(str(text));
  host_.ready(host_.context, child.number(), generation(child).pid(), bound.data(), bound.size());
  for (ControlObserver* observer : observers_)
    observer->ready(child.number(), joined(texts), adopted);
}

// The child's own ones are the last then, and close once it has accepted who waited there.
void BasicControl::stopping(Plan* plan) {
  if (plan != nullptr) static_cast<ListenersPlan*>(plan)->close();
  for (ControlObserver* observer : observers_)
    observer->stopping();
}

void BasicControl::crashed(const SupervisedChild& child) {
  for (ControlObserver* observer : observers_)
    observer->crashed(child.obituary().sentence);
}

void BasicControl::not_started(const Outcome& outcome) {
  for (ControlObserver* observer : observers_)
    observer->refused(outcome, true);
}

void BasicControl::report(std::int32_t level, std::string_view text) {
  host_.report(host_.context, level, {}, str(text));
}

// False: it could not be opened again.
bool BasicControl::tend_log(bool reopen) {
  std::int64_t file = -1;
  const tenon_status status = host_.tend_log(host_.context, reopen ? 1 : 0, &file);
  if (status != TENON_OK) return status == TENON_AGAIN;
  ++log_edition_;
  supervisor_.each([this, file](Supervisor::Role role, SupervisedChild& child) {
    if (role != Supervisor::Role::Starting) generation(child).bring_log(log_edition_, file);
  });
  return true;
}

}  // namespace tenon::mpm
