// SPDX-License-Identifier: Apache-2.0
#include "winnt/control.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/basic_control.hpp"
#include "common/clock.hpp"
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
class Control final : private BasicControl {
 public:
  Control(
      const tenon_control_host& host,
      Inbox& inbox,
      const ControlObservers& observers,
      Console::Owner owner
  )
      : BasicControl(host, observers, ::GetCurrentProcessId()),
        inbox_(inbox),
        console_(inbox, owner) {}

  std::int32_t run();

 private:
  Result<std::shared_ptr<Plan>, Outcome> plan_from(
      const tenon_mpm_config& config, const Plan* current
  ) override;
  Result<std::unique_ptr<SupervisedChild>> start_child(
      const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
  ) override;

  bool pause(std::uint64_t ns);
  void wait(std::uint64_t until_ns);

  const WinsockScope winsock_;
  Inbox& inbox_;
  const Console console_;
};

std::int32_t Control::run() {
  CommandServer server(view(host_.instance), inbox_);
  const Result<Done> listening = server.start();
  if (!listening) return cannot_begin(listening.error());
  supervisor_.start(monotonic_now_ns());
  while (!supervisor_.exit_code()) {
    for (Asked& asked : inbox_.take())
      take(std::move(asked));
    supervisor_.each([](Supervisor::Role, SupervisedChild& child) {
      static_cast<Generation&>(child).look_at_crash();
      static_cast<Generation&>(child).replace_lost();
    });
    const std::optional<std::uint64_t> next_ns = look();
    if (next_ns) wait(*next_ns);
  }
  return finish(inbox_.take());
}

Result<std::shared_ptr<Plan>, Outcome> Control::plan_from(
    const tenon_mpm_config& config, const Plan* current
) {
  auto plan = mpm::make_plan(
      host_,
      config,
      static_cast<const WinntPlan*>(current),
      [this](std::uint64_t ns) { return pause(ns); }
  );
  if (!plan) return fail(plan.error());
  return std::shared_ptr<Plan>(std::move(*plan));
}

// While an address is waited for. False: the server is to stop.
bool Control::pause(std::uint64_t ns) {
  alive();
  ::WaitForSingleObject(inbox_.arrived(), milliseconds_until(ns, 0));
  return !inbox_.wants_stop();
}

Result<std::unique_ptr<SupervisedChild>> Control::start_child(
    const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
) {
  return start_generation<Generation, WinntPlan>(plan, number, crashes);
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
