// SPDX-License-Identifier: Apache-2.0
#include "event/generation.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <utility>

#include <tenon/cpp/text.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include "common/crash_report.hpp"
#include "event/crash.hpp"

namespace tenon::mpm {
namespace {

template <class Clock>
std::uint64_t now_ns() {
  const auto now = Clock::now().time_since_epoch();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return static_cast<std::uint64_t>(ns);
}

}  // namespace

std::uint64_t unix_now_ns() {
  return now_ns<std::chrono::system_clock>();
}

std::uint64_t monotonic_now_ns() {
  return now_ns<std::chrono::steady_clock>();
}

Result<std::unique_ptr<Generation>> Generation::start(const Setup& setup) {
  std::unique_ptr<Generation> generation(new Generation(setup));
  Result<Done> done = generation->make_shared_section(setup);
  if (done) done = generation->start_process(setup);
  if (!done) return fail(done.error());
  return generation;
}

Generation::~Generation() {
  terminate();
}

Result<Done> Generation::make_shared_section(const Setup& setup) {
  SectionShape shape;
  shape.generation = number_;
  shape.n_io_threads = plan_->settings.io_threads;
  shape.n_pool_threads = plan_->settings.threads_per_child;
  shape.n_listeners = static_cast<std::uint32_t>(plan_->listeners.size());
  section_bytes_ = section_bytes(shape);
  Result<UniqueFd> fd = make_section(section_bytes_);
  if (!fd) return fail(fd.error());
  section_fd_ = std::move(*fd);
  Result<Mapping> mapping = Mapping::map(section_fd_.get(), section_bytes_);
  if (!mapping) return fail(mapping.error());
  mapping_ = std::move(*mapping);

  section_ = &create_section(mapping_.get(), shape);
  section_->crashes = setup.crashes;
  section_->control_started_unix_ns = setup.control_started_unix_ns;
  section_->control_pid = static_cast<std::uint64_t>(::getpid());
  for (std::uint32_t i = 0; i < plan_->listeners.size(); ++i) {
    const PlannedListener& listener = plan_->listeners[i];
    describe_listener(listener_slot(*section_, i), listener.name, listener.bound);
  }
  return Done{};
}

Result<Done> Generation::start_process(const Setup& setup) {
  std::vector<int> inherited = {section_fd_.get()};
  for (const PlannedListener& listener : plan_->listeners) {
    if (listener.open) inherited.push_back(listener.open->socket.get());
  }
  const std::int64_t log = setup.host->log_file;
  if (log != -1) inherited.push_back(static_cast<int>(log));
  const ChildCommand command{
      std::string(view(setup.host->executable)), std::string(view(setup.host->mpm_file))};
  // Before the process: afterwards the section's header is the child's to read.
  section_->child_started_unix_ns = unix_now_ns();
  Result<ChildProcess> child = start_child_process(command, inherited);
  if (!child) return fail(child.error());
  child_ = std::move(*child);
  // The child looks at it after START only, which it has not got yet.
  section_->child_pid = static_cast<std::uint64_t>(child_.id);
  channel_ = std::make_unique<ControlChannel>(
      std::move(child_.to_child),
      std::move(child_.from_child),
      messages(setup),
      wanted_reader(*setup.host, plan_->snapshot)
  );
  channel_->start();
  return Done{};
}

std::vector<Message> Generation::messages(const Setup& setup) const {
  std::vector<Message> all;
  all.emplace_back(SnapshotMessage{plan_->snapshot});
  all.emplace_back(GenerationMessage{number_});
  all.emplace_back(SectionMessage{static_cast<std::uint64_t>(section_fd_.get()), section_bytes_});
  all.emplace_back(LogMessage{setup.host->log_file});
  for (std::uint32_t i = 0; i < plan_->listeners.size(); ++i) {
    if (!plan_->listeners[i].open) continue;
    all.emplace_back(ListenerMessage{i, share_listener(plan_->listeners[i].open->socket.get())});
  }
  all.emplace_back(StartMessage{});
  return all;
}

void Generation::terminate() {
  if (!child_.process || reaped_) return;
  // The number is no other process' before it is reaped; one that has ended does not mind.
  ::kill(child_.id, SIGKILL);
  wait_status_ = reap(child_);
  reaped_ = true;
  ended_ns_ = monotonic_now_ns();
  if (channel_) channel_->join();
}

SupervisedChild::State Generation::state() {
  switch (channel_->state()) {
    case ControlHandshake::State::Talking:
      return State::Starting;
    case ControlHandshake::State::Ready:
      return State::Ready;
    case ControlHandshake::State::Refused:
      return State::Refused;
    case ControlHandshake::State::Broken:
      return State::Broken;
  }
  return State::Broken;
}

bool Generation::ended() {
  const std::array fds = {process()};
  return reaped_ || wait_any(fds, 0) == 0;
}

std::uint64_t Generation::connections() const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < section_->n_io_threads; ++i)
    sum += load(thread_slot(*section_, i).connections);
  return sum;
}

// The plan goes with it, and with the plan the control process' sockets of removed listeners:
// nobody may wait in a queue that nobody serves.
void Generation::drain(const DrainMessage& message) {
  channel_->drain(message);
  plan_.reset();
}

// The child opens it by our number: a pipe carries no descriptors.
void Generation::change_log(std::int64_t file) {
  channel_->change_log(file);
}

Obituary Generation::obituary() const {
  Obituary obituary;
  obituary.clean = wait_status_ == 0;
  obituary.sentence = "generation " + std::to_string(number_) + ", pid " +
                      std::to_string(child_.id) + ", ended with " + describe_status(wait_status_);
  const bool crashed = WIFSIGNALED(wait_status_) && is_fatal(WTERMSIG(wait_status_));
  const std::string core =
      crashed ? describe_core(core_rules(), child_.id, WCOREDUMP(wait_status_)) : "";
  for (const std::string& line :
       {describe_crash(*section_), core, describe_hooks(*section_, ended_ns_)}) {
    if (!line.empty()) obituary.details += line + "\n";
  }
  return obituary;
}

}  // namespace tenon::mpm
