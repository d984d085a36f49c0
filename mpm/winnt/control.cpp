// SPDX-License-Identifier: Apache-2.0
#include "winnt/control.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/status_text.hpp"
#include "common/supervisor.hpp"
#include "winnt/command_server.hpp"
#include "winnt/console.hpp"
#include "winnt/generation.hpp"
#include "winnt/inbox.hpp"
#include "winnt/plan.hpp"

namespace tenon::mpm {
namespace {

// How often the log is looked after, with nothing else to do.
constexpr DWORD kTendMs = 1'000;

// Drives the supervisor: waits for what happens, passes on what is asked, starts processes.
class Control final : private SupervisorHost {
 public:
  Control(
      const tenon_control_host& host,
      Inbox& inbox,
      const ControlObservers& observers,
      Console::Owner owner
  )
      : host_(host),
        observers_(observers),
        inbox_(inbox),
        console_(inbox, owner),
        started_unix_ns_(unix_now_ns()),
        supervisor_(*this) {}

  std::int32_t run();

 private:
  Result<std::shared_ptr<Plan>, Outcome> make_plan(const Plan* current) override;
  Result<std::unique_ptr<SupervisedChild>> start_child(
      const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
  ) override;
  void announce(const Plan& plan, const SupervisedChild& child, bool adopted) override;
  void stopping(Plan* plan) override;
  void report(std::int32_t level, std::string_view text) override;
  void crashed(const SupervisedChild& child) override;
  void not_started(const Outcome& outcome) override;

  void take(Asked asked);
  void reload(Reply reply);
  void interrupt();
  std::string status(bool json);
  void wait(std::uint64_t until_ns);
  bool tend_log(bool reopen);

  const tenon_control_host& host_;
  const ControlObservers& observers_;
  const WinsockScope winsock_;
  Inbox& inbox_;
  const Console console_;
  const std::uint64_t started_unix_ns_;
  Supervisor supervisor_;
};

std::int32_t Control::run() {
  CommandServer server(view(host_.instance), inbox_);
  const Result<Done> listening = server.start();
  if (!listening) {
    report(TENON_LOG_ERROR, listening.error().text());
    not_started({kMachine, listening.error().text()});
    return kMachine;
  }
  supervisor_.start(monotonic_now_ns());
  while (!supervisor_.exit_code()) {
    for (Asked& asked : inbox_.take())
      take(std::move(asked));
    supervisor_.each([](Supervisor::Role, SupervisedChild& child) {
      static_cast<Generation&>(child).look_at_crash();
      static_cast<Generation&>(child).replace_lost();
    });
    const std::uint64_t now_ns = monotonic_now_ns();
    const std::uint64_t next_ns = supervisor_.tick(now_ns);
    for (ControlObserver* observer : observers_)
      observer->alive(now_ns);
    if (supervisor_.exit_code()) break;
    tend_log(false);
    wait(next_ns);
  }
  for (Asked& asked : inbox_.take()) {
    if (asked.reply) asked.reply({kMachine, "the server has been stopped"});
  }
  return *supervisor_.exit_code();
}

void Control::take(Asked asked) {
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

void Control::reload(Reply reply) {
  report(TENON_LOG_INFO, "a reload was asked for");
  supervisor_.ask_reload([this, reply = std::move(reply)](const Outcome& outcome) {
    if (outcome.code != kDone) {
      for (ControlObserver* observer : observers_)
        observer->refused(outcome, false);
    }
    if (reply) reply(outcome);
  });
}

void Control::interrupt() {
  if (supervisor_.is_stopping()) return supervisor_.hurry();
  supervisor_.ask_stop(DrainMode::Stop, {}, monotonic_now_ns());
}

std::string Control::status(bool json) {
  ServerStatus status;
  status.instance = std::string(view(host_.instance));
  status.control_pid = ::GetCurrentProcessId();
  status.started_unix_ns = started_unix_ns_;
  status.crashes = supervisor_.crashes();
  status.now_ns = monotonic_now_ns();
  status.restart_at_ns = supervisor_.restart_at_ns();
  status.stopping = supervisor_.is_stopping();
  supervisor_.each([&](Supervisor::Role role, SupervisedChild& child) {
    status.children.push_back({role, &static_cast<Generation&>(child).section()});
  });
  return json ? status_json(status) : status_text(status);
}

Result<std::shared_ptr<Plan>, Outcome> Control::make_plan(const Plan* current) {
  tenon_mpm_config config{};
  config.struct_size = sizeof config;
  if (host_.read_config(host_.context, &config) != TENON_OK) {
    return fail(Outcome{kConfig, std::string(view(host_.findings(host_.context)))});
  }
  auto plan = mpm::make_plan(
      host_,
      config,
      static_cast<const WinntPlan*>(current),
      [this](std::uint64_t ns) {
        return ::WaitForSingleObject(inbox_.arrived(), milliseconds_until(ns, 0)) == WAIT_TIMEOUT;
      }
  );
  if (!plan) return fail(plan.error());
  return std::shared_ptr<Plan>(std::move(*plan));
}

Result<std::unique_ptr<SupervisedChild>> Control::start_child(
    const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
) {
  Generation::Setup setup;
  setup.host = &host_;
  setup.plan = std::static_pointer_cast<WinntPlan>(plan);
  setup.number = number;
  setup.crashes = crashes;
  setup.control_started_unix_ns = started_unix_ns_;
  Result<std::unique_ptr<Generation>> generation = Generation::start(setup);
  if (!generation) return fail(generation.error());
  return std::unique_ptr<SupervisedChild>(std::move(*generation));
}

void Control::announce(const Plan& plan, const SupervisedChild& child, bool adopted) {
  if (adopted) host_.adopt(host_.context);
  std::vector<std::string> texts;
  for (const PlannedListener& listener : static_cast<const WinntPlan&>(plan).listeners) {
    if (listener.open) texts.push_back(listener.name + "=" + listener.bound);
  }
  std::vector<tenon_str> bound;
  for (const std::string& text : texts)
    bound.push_back(str(text));
  const auto pid = static_cast<const Generation&>(child).process_id();
  host_.ready(host_.context, child.number(), pid, bound.data(), bound.size());
  std::string listeners;
  for (const std::string& text : texts)
    listeners += (listeners.empty() ? "" : " ") + text;
  for (ControlObserver* observer : observers_)
    observer->ready(child.number(), listeners, adopted);
}

// The child's own ones are the last then, and close once it has accepted who waited there.
void Control::stopping(Plan* plan) {
  if (plan != nullptr) static_cast<WinntPlan*>(plan)->listeners.clear();
  for (ControlObserver* observer : observers_)
    observer->stopping();
}

void Control::crashed(const SupervisedChild& child) {
  for (ControlObserver* observer : observers_)
    observer->crashed(child.obituary().sentence);
}

void Control::not_started(const Outcome& outcome) {
  for (ControlObserver* observer : observers_)
    observer->refused(outcome, true);
}

void Control::report(std::int32_t level, std::string_view text) {
  host_.report(host_.context, level, {}, str(text));
}

// False: it could not be opened again.
bool Control::tend_log(bool reopen) {
  std::int64_t file = -1;
  const tenon_status status = host_.tend_log(host_.context, reopen ? 1 : 0, &file);
  if (status != TENON_OK) return status == TENON_AGAIN;
  supervisor_.each([file](Supervisor::Role, SupervisedChild& child) {
    static_cast<Generation&>(child).change_log(file);
  });
  return true;
}

// Six generations at most, three or four handles each: far below the 64 that the system takes.
void Control::wait(std::uint64_t until_ns) {
  std::vector<HANDLE> objects{inbox_.arrived()};
  supervisor_.each([&](Supervisor::Role role, SupervisedChild& child) {
    const auto& generation = static_cast<const Generation&>(child);
    objects.push_back(generation.process());
    objects.push_back(generation.crashed());
    objects.push_back(generation.lost());
    if (role == Supervisor::Role::Starting) objects.push_back(generation.decided());
  });
  const DWORD ms = std::min(milliseconds_until(until_ns, monotonic_now_ns()), kTendMs);
  ::WaitForMultipleObjects(static_cast<DWORD>(objects.size()), objects.data(), FALSE, ms);
}

}  // namespace

std::int32_t control_main(const tenon_control_host& host) {
  Inbox inbox;
  return control_main(host, inbox, {}, Console::Owner::Operator);
}

std::int32_t control_main(
    const tenon_control_host& host,
    Inbox& inbox,
    const ControlObservers& observers,
    Console::Owner owner
) {
  const std::int32_t code = Control(host, inbox, observers, owner).run();
  for (ControlObserver* observer : observers)
    observer->ended(code);
  return code;
}

}  // namespace tenon::mpm
