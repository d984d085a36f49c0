// SPDX-License-Identifier: Apache-2.0
#include "event/generation.hpp"

#include <array>
#include <csignal>
#include <utility>

#include <tenon/cpp/text.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.hpp"
#include "common/crash_report.hpp"
#include "event/crash.hpp"

namespace tenon::mpm {

Result<std::unique_ptr<Generation>> Generation::start(
    const ChildSetup& setup, std::shared_ptr<EventPlan> plan
) {
  std::unique_ptr<Generation> generation(new Generation(setup, std::move(plan)));
  Result<Done> done = generation->make_shared_section();
  if (done) done = generation->start_process();
  if (!done) return fail(done.error());
  return generation;
}

Generation::~Generation() {
  terminate();
}

Result<Done> Generation::make_shared_section() {
  const SectionShape shape = section_shape(*plan_);
  section_bytes_ = section_bytes(shape);
  Result<UniqueFd> fd = make_section(section_bytes_);
  if (!fd) return fail(fd.error());
  section_fd_ = std::move(*fd);
  Result<Mapping> mapping = Mapping::map(section_fd_.get(), section_bytes_);
  if (!mapping) return fail(mapping.error());
  mapping_ = std::move(*mapping);
  take_section(mapping_.get(), shape, *plan_);
  return Done{};
}

Result<Done> Generation::start_process() {
  std::vector<int> inherited = {section_fd_.get()};
  for (const PlannedListener& listener : plan_->listeners) {
    if (listener.open) inherited.push_back(listener.open->socket.get());
  }
  const std::int64_t log = host().log_file;
  if (log != -1) inherited.push_back(static_cast<int>(log));
  const ChildCommand command{
      std::string(view(host().executable)), std::string(view(host().mpm_file)), plan_->identity};
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
      messages(),
      wanted_reader(host(), plan_->snapshot)
  );
  channel_->start();
  return Done{};
}

std::vector<Message> Generation::messages() const {
  std::vector<Message> all;
  all.emplace_back(SnapshotMessage{plan_->snapshot});
  all.emplace_back(GenerationMessage{number()});
  all.emplace_back(SectionMessage{static_cast<std::uint64_t>(section_fd_.get()), section_bytes_});
  all.emplace_back(LogMessage{host().log_file});
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

bool Generation::ended() {
  const std::array fds = {process()};
  return reaped_ || wait_any(fds, 0) == 0;
}

// The plan goes with it, and with the plan the control process' sockets of removed listeners:
// nobody may wait in a queue that nobody serves.
void Generation::drain(const DrainMessage& message) {
  channel_->drain(message);
  plan_.reset();
}

void Generation::change_log(std::int64_t file) {
  channel_->change_log(file);
}

Obituary Generation::obituary() const {
  Obituary obituary;
  obituary.clean = wait_status_ == 0;
  obituary.sentence = "generation " + std::to_string(number()) + ", pid " +
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
