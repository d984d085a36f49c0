// SPDX-License-Identifier: Apache-2.0
#include "event/control.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>

#include <unistd.h>

#include "common/basic_control.hpp"
#include "common/clock.hpp"
#include "event/command_server.hpp"
#include "event/generation.hpp"
#include "event/inbox.hpp"
#include "event/inherited_listeners.hpp"
#include "event/plan.hpp"
#include "event/service.hpp"
#include "event/signals.hpp"

namespace tenon::mpm {
namespace {

// Drives the supervisor: waits for what happens, passes on what is asked, starts processes.
class Control final : private BasicControl {
 public:
  struct Surroundings {
    ControlObservers observers;
    InheritedListeners& inherited;
    int look_every_ms = 0;  // at the log and for observers, with nothing else to do
  };
  Control(const tenon_control_host& host, const Surroundings& around)
      : BasicControl(host, around.observers, static_cast<std::uint64_t>(::getpid())),
        inherited_(around.inherited),
        look_every_ms_(around.look_every_ms) {}

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

  InheritedListeners& inherited_;
  const int look_every_ms_;
  const Signals signals_;
  Inbox inbox_;
};

std::int32_t Control::run() {
  Result<CommandAddress> address =
      CommandAddress::open(view(host_.data_root), view(host_.instance), true);
  if (!address) return cannot_begin(address.error());
  CommandServer server(std::move(*address), inbox_);
  const Result<Done> listening = server.start();
  if (!listening) return cannot_begin(listening.error());
  supervisor_.start(monotonic_now_ns());
  while (!supervisor_.exit_code()) {
    for (const Request request : signals_.take())
      take({request, {}});
    for (Asked& asked : inbox_.take())
      take(std::move(asked));
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
      static_cast<const EventPlan*>(current),
      {inherited_, [this](std::uint64_t ns) { return pause(ns); }}
  );
  if (!plan) return fail(plan.error());
  return std::shared_ptr<Plan>(std::move(*plan));
}

Result<std::unique_ptr<SupervisedChild>> Control::start_child(
    const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
) {
  return start_generation<Generation, EventPlan>(plan, number, crashes);
}

// While an address is waited for. False: the server is to stop.
bool Control::pause(std::uint64_t ns) {
  alive();
  const std::array fds = {signals_.fd(), inbox_.arrived()};
  wait_any(fds, to_milliseconds(ns));
  for (const Request request : signals_.take())
    inbox_.put(request);
  return !inbox_.wants_stop();
}

void Control::wait(std::uint64_t until_ns) {
  std::vector<int> fds{signals_.fd(), inbox_.arrived()};
  supervisor_.each([&](Supervisor::Role role, SupervisedChild& child) {
    const auto& generation = static_cast<const Generation&>(child);
    fds.push_back(generation.process());
    if (role == Supervisor::Role::Starting) fds.push_back(generation.decided());
  });
  const int ms = milliseconds_until(until_ns, monotonic_now_ns());
  wait_any(fds, ms < 0 ? look_every_ms_ : std::min(ms, look_every_ms_));
}

}  // namespace

std::int32_t control_main(const tenon_control_host& host) {
  Service service(Service::take_manager());
  InheritedListeners inherited = InheritedListeners::take();
  const Control::Surroundings around{
      {&service}, inherited, to_milliseconds(service.look_every_ns())};
  return Control(host, around).run();
}

}  // namespace tenon::mpm
