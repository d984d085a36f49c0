// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/messages.hpp"
#include "common/restart_policy.hpp"
#include "common/settings.hpp"

namespace tenon::mpm {

// The exit codes of the program; also what a request comes to.
enum ExitCode : std::int32_t { kDone = 0, kMachine = 1, kConfig = 2 };

struct Outcome {
  std::int32_t code = kDone;
  std::string text;  // for the one who asked; lines
};
using Reply = std::function<void(const Outcome&)>;

// What children are made from: one configuration, its listeners open. A crashed child is replaced
// from the plan that it had.
struct Plan {
  Settings settings;
  virtual ~Plan() = default;
};

// How a process ended.
struct Obituary {
  bool clean = false;    // as asked: exit code 0
  std::string sentence;  // "generation 3, pid 44, ended with exit code 0xC0000005 (...)"
  std::string details;   // where it crashed, what its threads were doing; a line each, often empty
};

// One child, as far as its supervision is concerned. Its destructor ends the process.
class SupervisedChild {
 public:
  enum class State { Starting, Ready, Refused, Broken };

  virtual ~SupervisedChild() = default;
  virtual std::uint32_t number() const = 0;
  virtual State state() = 0;
  virtual std::string why() = 0;  // of Refused and Broken
  virtual bool ended() = 0;
  virtual std::uint64_t connections() const = 0;  // ever
  virtual bool accepts() const = 0;               // further ones; until it has begun to drain
  virtual void drain(const DrainMessage& message) = 0;
  virtual void dismiss() = 0;    // it refused: lets it end by itself
  virtual void terminate() = 0;  // ends it at once, if it has not ended, and reads its last words
  virtual Obituary obituary() const = 0;  // REQUIRES: it has ended
};

// What a supervisor needs of the system. Called by the supervisor's own thread.
class SupervisorHost {
 public:
  virtual ~SupervisorHost() = default;
  // Reads the configuration and opens what listeners `current` has not (null: the first plan). What
  // is wrong has been reported when the outcome says so.
  virtual Result<std::shared_ptr<Plan>, Outcome> make_plan(const Plan* current) = 0;
  virtual Result<std::unique_ptr<SupervisedChild>> start_child(
      const std::shared_ptr<Plan>& plan, std::uint32_t number, std::uint32_t crashes
  ) = 0;
  // The child serves. `adopted`: its plan is a new one.
  virtual void announce(const Plan& plan, SupervisedChild& child, bool adopted) = 0;
  // No child will be started any more from this plan, of which there may be none: its listeners may
  // close.
  virtual void stopping(Plan* plan) = 0;
  virtual void report(std::int32_t level, std::string_view text) = 0;
  // The child that served has ended unasked.
  virtual void crashed(const SupervisedChild&) {}
  // There will be no first child.
  virtual void not_started(const Outcome&) {}
};

// Decides which child runs when: starts, reloads that overlap, replacement of what crashed, drains
// with deadlines, the stop. Free of the system: whoever drives it calls tick() after everything
// that may matter to it and when the time comes that tick() returned.
class Supervisor {
 public:
  static constexpr std::size_t kDrainingMax = 4;  // a further reload waits
  enum class Role { Starting, Serving, Draining };
  enum class Reason { First, Reload, Replace, Recycle };

  explicit Supervisor(SupervisorHost& host) : host_(host) {}

  // The first thing to do, once.
  void start(std::uint64_t now_ns);
  // `reply` is called once, by tick() or inside.
  void ask_reload(Reply reply);
  void ask_stop(DrainMode mode, Reply reply, std::uint64_t now_ns);
  // A second request to stop: what still runs is ended.
  void hurry();

  // Looks at everything. Returns when it wants to look again; 0: not before something happens.
  std::uint64_t tick(std::uint64_t now_ns);
  // The server has ended.
  std::optional<std::int32_t> exit_code() const { return exit_code_; }

  bool is_stopping() const { return stop_.has_value(); }
  std::uint32_t crashes() const { return crashes_; }
  std::uint64_t restart_at_ns() const { return restart_at_ns_; }  // of a crash loop; 0: none
  void each(const std::function<void(Role, SupervisedChild&)>& visit);

 private:
  struct Life {
    std::unique_ptr<SupervisedChild> child;
    std::shared_ptr<Plan> plan;  // none while it drains: removed listeners must close
    Settings settings;
    Reason reason = Reason::First;
    Reply reply;
    Outcome outcome;  // of the reply, while it drains
    std::uint64_t deadline_ns = 0;
    bool quiet = false;  // nobody cares how it ends
    bool late = false;   // it was ended at its deadline
  };
  struct Stop {
    DrainMode mode = DrainMode::Stop;
    std::vector<Reply> replies;
  };

  void start_child(Reason reason, std::shared_ptr<Plan> plan, Reply reply, std::uint64_t now_ns);
  void start_failed(Life life, Outcome outcome, std::uint64_t now_ns);
  void look_at_starting(std::uint64_t now_ns);
  void refused(std::uint64_t now_ns);
  void broken(const std::string& what, std::uint64_t now_ns);
  void take_over(std::uint64_t now_ns);
  void look_at_serving(std::uint64_t now_ns);
  void crashed(std::uint64_t now_ns);
  void plan_restart(std::uint64_t now_ns);
  void look_at_draining(std::uint64_t now_ns);
  void retire(Life life, DrainMode mode, std::uint64_t now_ns);
  void begin_what_is_due(std::uint64_t now_ns);
  void begin_reload(std::uint64_t now_ns);
  void drain_for_stop(std::uint64_t now_ns);
  void finish_stop();
  std::uint64_t next_look(std::uint64_t now_ns) const;
  void report_end(std::int32_t level, const std::string& what, const SupervisedChild& child);

  SupervisorHost& host_;
  std::optional<Life> starting_;
  std::optional<Life> serving_;
  std::vector<Life> draining_;
  std::shared_ptr<Plan> plan_;  // of the serving child, or of the one that crashed
  std::deque<Reply> reloads_;   // asked for and not begun
  std::optional<Stop> stop_;
  RestartPolicy policy_;
  std::uint64_t restart_at_ns_ = 0;
  std::uint64_t recycle_after_ns_ = 0;
  std::uint32_t generations_ = 0;
  std::uint32_t crashes_ = 0;
  std::optional<std::int32_t> exit_code_;
};

}  // namespace tenon::mpm
