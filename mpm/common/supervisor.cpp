// SPDX-License-Identifier: Apache-2.0
#include "common/supervisor.hpp"

#include <algorithm>
#include <utility>

#include <tenon/abi.h>
#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {
namespace {

using State = SupervisedChild::State;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000 * kMillisecond;
// What a child gets beyond its time to drain, to cancel and to end, before it is ended from
// outside.
constexpr std::uint64_t kEndSlackNs = 1 * kSecond;
// How long a child that refused may take to end by itself.
constexpr std::uint64_t kRefusedEndNs = 2 * kSecond;
// Between looks at a child that is about to stop accepting.
constexpr std::uint64_t kSwitchLookNs = 5 * kMillisecond;
// Between looks at a child that counts its connections, and after a recycling that failed.
constexpr std::uint64_t kRecycleLookNs = 200 * kMillisecond;
constexpr std::uint64_t kRecycleAgainNs = 10 * kSecond;

std::string generation(const SupervisedChild& child) {
  return "generation " + std::to_string(child.number());
}

void answer(Reply& reply, const Outcome& outcome) {
  if (reply) std::exchange(reply, {})(outcome);
}

void sooner(std::uint64_t& next_ns, std::uint64_t at_ns) {
  if (at_ns != 0 && (next_ns == 0 || at_ns < next_ns)) next_ns = at_ns;
}

}  // namespace

void Supervisor::start(std::uint64_t now_ns) {
  Result<std::shared_ptr<Plan>, Outcome> plan = host_.make_plan(nullptr);
  if (!plan) {
    exit_code_ = plan.error().code;
    return host_.not_started(plan.error());
  }
  start_child(Reason::First, std::move(*plan), {}, now_ns);
}

void Supervisor::ask_reload(Reply reply) {
  if (!stop_) return reloads_.push_back(std::move(reply));
  answer(reply, {kMachine, "the server is being stopped"});
}

void Supervisor::ask_stop(DrainMode mode, Reply reply, std::uint64_t now_ns) {
  if (!stop_) {
    stop_ = Stop{mode, {}};
    stop_->replies.push_back(std::move(reply));
    drain_for_stop(now_ns);
    return;
  }
  stop_->replies.push_back(std::move(reply));
  if (mode != DrainMode::Stop || stop_->mode == mode) return;
  stop_->mode = mode;
  drain_for_stop(now_ns);
}

void Supervisor::hurry() {
  for (Life& life : draining_) {
    if (life.child->ended()) continue;
    life.child->terminate();
    life.quiet = true;
    report_end(
        TENON_LOG_WARN, "a second request to stop came and the child was ended", *life.child
    );
  }
}

std::uint64_t Supervisor::tick(std::uint64_t now_ns) {
  look_at_starting(now_ns);
  look_at_serving(now_ns);
  look_at_draining(now_ns);
  begin_what_is_due(now_ns);
  if (stop_ && draining_.empty()) finish_stop();
  return next_look(now_ns);
}

void Supervisor::each(const std::function<void(Role, SupervisedChild&)>& visit) {
  if (starting_) visit(Role::Starting, *starting_->child);
  if (serving_) visit(Role::Serving, *serving_->child);
  for (Life& life : draining_)
    visit(Role::Draining, *life.child);
}

// ---- starting ----

void Supervisor::start_child(
    Reason reason, std::shared_ptr<Plan> plan, Reply reply, std::uint64_t now_ns
) {
  Life life;
  life.plan = std::move(plan);
  life.settings = life.plan->settings;
  life.reason = reason;
  life.reply = std::move(reply);
  life.deadline_ns = now_ns + life.settings.startup_timeout_ns;
  if (reason == Reason::Replace) policy_.on_start(now_ns);
  Result<std::unique_ptr<SupervisedChild>> child =
      host_.start_child(life.plan, ++generations_, crashes_);
  if (!child) {
    const std::string text = "the child cannot be started: " + child.error().text();
    host_.report(TENON_LOG_ERROR, text);
    return start_failed(std::move(life), {kMachine, text}, now_ns);
  }
  life.child = std::move(*child);
  starting_ = std::move(life);
}

// A server that cannot start says so and ends; one that has served goes on with what it has.
void Supervisor::start_failed(Life life, Outcome outcome, std::uint64_t now_ns) {
  switch (life.reason) {
    case Reason::First:
      exit_code_ = outcome.code;
      return host_.not_started(outcome);
    case Reason::Replace:
      ++crashes_;
      return plan_restart(now_ns);
    case Reason::Recycle:
      recycle_after_ns_ = now_ns + kRecycleAgainNs;
      return;
    case Reason::Reload:
      host_.report(
          TENON_LOG_ERROR,
          serving_ ? "the reload failed; " + generation(*serving_->child) + " goes on serving"
                   : "the reload failed; the configuration before it goes on"
      );
      return answer(life.reply, outcome);
  }
}

void Supervisor::look_at_starting(std::uint64_t now_ns) {
  if (!starting_) return;
  SupervisedChild& child = *starting_->child;
  const bool ended = child.ended();
  if (ended) child.terminate();  // a child that has ended may have said why in its last breath
  const State state = child.state();
  if (state == State::Refused) return refused(now_ns);
  if (state == State::Ready && !ended) return take_over(now_ns);
  if (state == State::Broken || ended) {
    child.terminate();
    const std::string why = child.state() == State::Ready ? "it ended at once" : child.why();
    return broken("the child did not start: " + why, now_ns);
  }
  if (now_ns < starting_->deadline_ns) return;
  child.terminate();
  const std::uint64_t ms = starting_->settings.startup_timeout_ns / kMillisecond;
  broken(
      "the child was not ready within startup_timeout (" + std::to_string(ms) +
          " ms) and was ended",
      now_ns
  );
}

void Supervisor::refused(std::uint64_t now_ns) {
  Life life = std::move(*starting_);
  starting_.reset();
  const std::string why = life.child->why();
  host_.report(TENON_LOG_ERROR, why);
  life.child->dismiss();
  Life leaving;
  leaving.child = std::move(life.child);
  leaving.settings = life.settings;
  leaving.deadline_ns = now_ns + kRefusedEndNs;
  leaving.quiet = true;
  draining_.push_back(std::move(leaving));
  start_failed(std::move(life), {kConfig, why}, now_ns);
}

// REQUIRES: its process has ended.
void Supervisor::broken(const std::string& what, std::uint64_t now_ns) {
  Life life = std::move(*starting_);
  starting_.reset();
  report_end(TENON_LOG_ERROR, what, *life.child);
  const std::string text = what + ": " + life.child->obituary().sentence;
  start_failed(std::move(life), {kMachine, text}, now_ns);
}

// Only now the old child drains: a reload that fails costs nothing.
void Supervisor::take_over(std::uint64_t now_ns) {
  std::optional<Life> old = std::exchange(serving_, std::nullopt);
  serving_ = std::exchange(starting_, std::nullopt);
  const bool adopted = serving_->plan != plan_;
  plan_ = serving_->plan;
  restart_at_ns_ = 0;
  if (serving_->reason != Reason::Replace) policy_ = RestartPolicy(plan_->settings.crash_backoff);
  policy_.on_start(now_ns);
  host_.announce(*plan_, *serving_->child, adopted);
  const Outcome outcome{kDone, generation(*serving_->child) + " serves"};
  if (!old) return answer(serving_->reply, outcome);
  // Whoever asked hears of it when no connection gets to the old child any more.
  old->reply = std::exchange(serving_->reply, {});
  old->outcome = outcome;
  retire(std::move(*old), DrainMode::Graceful, now_ns);
}

// ---- serving ----

void Supervisor::look_at_serving(std::uint64_t now_ns) {
  if (!serving_) return;
  if (serving_->child->ended()) return crashed(now_ns);
  const std::uint64_t most = plan_->settings.max_connections_per_child;
  if (most == 0 || starting_ || stop_ || now_ns < recycle_after_ns_) return;
  if (serving_->child->connections() < most || draining_.size() >= kDrainingMax) return;
  start_child(Reason::Recycle, plan_, {}, now_ns);
}

// The next one starts first; the words come after it.
void Supervisor::crashed(std::uint64_t now_ns) {
  const Life life = std::move(*serving_);
  serving_.reset();
  life.child->terminate();
  ++crashes_;
  plan_restart(now_ns);
  if (!starting_ && restart_at_ns_ <= now_ns) {
    restart_at_ns_ = 0;
    start_child(Reason::Replace, plan_, {}, now_ns);
  }
  report_end(TENON_LOG_ERROR, "the child ended unasked", *life.child);
  host_.crashed(*life.child);
}

// The listeners stay open meanwhile, so that clients wait in the system's queue instead of being
// turned away.
void Supervisor::plan_restart(std::uint64_t now_ns) {
  const std::uint64_t delay_ns = policy_.on_crash(now_ns);
  restart_at_ns_ = now_ns + delay_ns;
  if (delay_ns == 0) return;
  host_.report(
      TENON_LOG_WARN, "the next child starts in " + std::to_string(delay_ns / kMillisecond) + " ms"
  );
}

// ---- draining ----

void Supervisor::retire(Life life, DrainMode mode, std::uint64_t now_ns) {
  DrainMessage message;
  message.mode = mode;
  message.within_ns =
      mode == DrainMode::Stop ? life.settings.stop_timeout_ns : life.settings.graceful_timeout_ns;
  life.plan.reset();
  life.child->drain(message);  // a child that cannot be told is ending, or is ended in time
  life.deadline_ns = now_ns + message.within_ns + kEndSlackNs;
  draining_.push_back(std::move(life));
}

void Supervisor::look_at_draining(std::uint64_t now_ns) {
  for (Life& life : draining_) {
    if (!life.child->ended() && now_ns >= life.deadline_ns) {
      life.child->terminate();
      life.late = true;
    }
    if (life.child->ended() || !life.child->accepts()) answer(life.reply, life.outcome);
    if (!life.child->ended()) continue;
    life.child->terminate();
    if (!life.quiet && (life.late || !life.child->obituary().clean)) {
      const char* what = life.late ? "the child did not end within its time and was ended"
                                   : "the child ended unasked while it drained";
      report_end(TENON_LOG_WARN, what, *life.child);
    }
    life.child.reset();
  }
  std::erase_if(draining_, [](const Life& life) { return !life.child; });
}

// ---- requests ----

void Supervisor::begin_what_is_due(std::uint64_t now_ns) {
  if (stop_ || starting_ || exit_code_) return;
  if (!reloads_.empty() && draining_.size() < kDrainingMax) return begin_reload(now_ns);
  if (serving_ || !plan_ || now_ns < restart_at_ns_) return;
  restart_at_ns_ = 0;
  start_child(Reason::Replace, plan_, {}, now_ns);
}

// Whoever asked while the one before was on its way gets one of its own: the files may have changed
// again.
void Supervisor::begin_reload(std::uint64_t now_ns) {
  Reply reply = std::move(reloads_.front());
  reloads_.pop_front();
  Result<std::shared_ptr<Plan>, Outcome> plan = host_.make_plan(plan_.get());
  if (plan) return start_child(Reason::Reload, std::move(*plan), std::move(reply), now_ns);
  Life life;
  life.reason = Reason::Reload;
  life.reply = std::move(reply);
  start_failed(std::move(life), plan.error(), now_ns);
}

void Supervisor::drain_for_stop(std::uint64_t now_ns) {
  restart_at_ns_ = 0;
  for (Reply& reply : std::exchange(reloads_, {}))
    answer(reply, {kMachine, "the server is being stopped"});
  if (starting_) {  // it serves nobody yet, so there is nothing to drain
    starting_->child->terminate();
    answer(starting_->reply, {kMachine, "the server is being stopped"});
    starting_.reset();
  }
  host_.stopping(plan_.get());  // before a child drains: its own listeners are the last then
  // Those that drain already keep the time that they were given, unless it is to be shorter.
  std::vector<Life> told;
  if (stop_->mode == DrainMode::Stop) told = std::exchange(draining_, {});
  if (serving_) told.push_back(std::move(*serving_));
  serving_.reset();
  for (Life& life : told) {
    if (life.quiet || life.child->ended()) {
      draining_.push_back(std::move(life));
    } else {
      retire(std::move(life), stop_->mode, now_ns);
    }
  }
}

void Supervisor::finish_stop() {
  exit_code_ = kDone;
  for (Reply& reply : stop_->replies)
    answer(reply, {kDone, "stopped"});
}

std::uint64_t Supervisor::next_look(std::uint64_t now_ns) const {
  std::uint64_t next_ns = 0;
  if (starting_) sooner(next_ns, starting_->deadline_ns);
  for (const Life& life : draining_) {
    sooner(next_ns, life.deadline_ns);
    if (life.reply) sooner(next_ns, now_ns + kSwitchLookNs);
  }
  if (!starting_ && !serving_) sooner(next_ns, restart_at_ns_);
  if (serving_ && plan_->settings.max_connections_per_child != 0) {
    sooner(next_ns, now_ns + kRecycleLookNs);
  }
  return next_ns;
}

// Line by line, because the kernel adds time, level and name to single lines only.
void Supervisor::report_end(
    std::int32_t level, const std::string& what, const SupervisedChild& child
) {
  const Obituary obituary = child.obituary();
  host_.report(level, what + ": " + obituary.sentence);
  std::string_view details = obituary.details;
  while (!details.empty()) {
    const std::string_view line = details.substr(0, details.find('\n'));
    const std::size_t indent = line.find_first_not_of(' ');
    host_.report(level, line.substr(std::min(indent, line.size())));
    details.remove_prefix(std::min(line.size() + 1, details.size()));
  }
}

}  // namespace tenon::mpm
