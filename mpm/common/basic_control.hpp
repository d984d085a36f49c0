// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/mpm.h>

#include "common/basic_generation.hpp"
#include "common/control_observer.hpp"
#include "common/request.hpp"
#include "common/supervisor.hpp"

namespace tenon::mpm {

// What the control process of an MPM does apart from the system: it takes what is asked for to the
// supervisor, and what becomes of children to the log, to `tenon status` and to observers. Its
// children are BasicGenerations, its plans ListenersPlans.
class BasicControl : protected SupervisorHost {
 public:
  BasicControl(const BasicControl&) = delete;
  BasicControl& operator=(const BasicControl&) = delete;

 protected:
  BasicControl(
      const tenon_control_host& host, const ControlObservers& observers, std::uint64_t pid
  );

  // What was read from the configuration becomes a plan; see SupervisorHost::make_plan().
  virtual Result<std::shared_ptr<Plan>, Outcome> plan_from(
      const tenon_mpm_config& config, const Plan* current
  ) = 0;

  // The server cannot even begin. Returns its exit code.
  std::int32_t cannot_begin(const Error& error);
  void take(Asked asked);
  // Looks at children and the log. Returns when to look again, 0: not before something happens;
  // none once the server has ended.
  std::optional<std::uint64_t> look();
  void alive();
  // Answers what nobody will do any more. Returns the exit code.
  std::int32_t finish(std::deque<Asked> rest);

  // A child of the MPM's own kind, from a plan of its kind.
  template <class Generation, class OwnPlan>
  Result<std::unique_ptr<SupervisedChild>> start_generation(
      const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
  ) const {
    Result<std::unique_ptr<Generation>> generation =
        Generation::start(child_setup(number, crashes), std::static_pointer_cast<OwnPlan>(plan));
    if (!generation) return fail(generation.error());
    return std::unique_ptr<SupervisedChild>(std::move(*generation));
  }
  ChildSetup child_setup(std::uint32_t number, std::uint32_t crashes) const;
  void report(std::int32_t level, std::string_view text) override;

  const tenon_control_host& host_;
  Supervisor supervisor_;

 private:
  Result<std::shared_ptr<Plan>, Outcome> make_plan(const Plan* current) override;
  void announce(const Plan& plan, SupervisedChild& child, bool adopted) override;
  void stopping(Plan* plan) override;
  void crashed(const SupervisedChild& child) override;
  void not_started(const Outcome& outcome) override;

  void reload(Reply reply);
  void interrupt();
  std::string status(bool json);
  bool tend_log(bool reopen);

  const ControlObservers& observers_;
  const std::uint64_t pid_;
  const std::uint64_t started_unix_ns_;
  std::uint32_t log_edition_ = 0;  // how often the log became another file
};

}  // namespace tenon::mpm
