// SPDX-License-Identifier: Apache-2.0
#include "winnt/generation.hpp"

#include <chrono>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "common/crash_report.hpp"
#include "common/endpoint.hpp"

namespace tenon::mpm {
namespace {

struct Shared {
  std::uint64_t section = 0;
  std::int64_t log = -1;
};

Result<Shared> share(const tenon_control_host& host, HANDLE section, InheritedHandles& inherited) {
  Shared shared;
  const Result<std::uint64_t> shared_section = inherited.add(section);
  if (!shared_section) return fail(shared_section.error());
  shared.section = *shared_section;
  if (host.log_file == -1) return shared;
  const Result<std::uint64_t> log = inherited.add(as_handle(host.log_file));
  if (!log) return fail(log.error());
  shared.log = static_cast<std::int64_t>(*log);
  return shared;
}

}  // namespace

std::uint64_t unix_now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(
  ));
}

std::uint64_t monotonic_now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count(
  ));
}

Result<std::unique_ptr<Generation>> Generation::start(const Setup& setup) {
  std::unique_ptr<Generation> generation(new Generation(setup.plan, setup.number));
  Result<Done> done = generation->make_shared_section(setup);
  if (done) done = generation->start_process(setup);
  if (!done) return fail(done.error());
  return generation;
}

Generation::~Generation() {
  if (child_.process) terminate();
}

Result<Done> Generation::make_shared_section(const Setup& setup) {
  SectionShape shape;
  shape.generation = number_;
  shape.n_io_threads = plan_->settings.io_threads;
  shape.n_pool_threads = plan_->settings.threads_per_child;
  shape.n_listeners = static_cast<std::uint32_t>(plan_->listeners.size());
  section_bytes_ = section_bytes(shape);
  Result<UniqueHandle> handle = make_section(section_bytes_);
  if (!handle) return fail(handle.error());
  section_handle_ = std::move(*handle);
  Result<UniqueMapping> mapping = map_section(section_handle_.get(), section_bytes_);
  if (!mapping) return fail(mapping.error());
  mapping_ = std::move(*mapping);

  section_ = &create_section(mapping_.get(), shape);
  section_->crashes = setup.crashes;
  section_->control_started_unix_ns = setup.control_started_unix_ns;
  section_->control_pid = ::GetCurrentProcessId();
  for (std::uint32_t i = 0; i < plan_->listeners.size(); ++i) {
    const PlannedListener& listener = plan_->listeners[i];
    describe_listener(listener_slot(*section_, i), listener.name, listener.bound);
  }
  return Done{};
}

Result<Done> Generation::start_process(const Setup& setup) {
  InheritedHandles inherited;
  const Result<Shared> shared = share(*setup.host, section_handle_.get(), inherited);
  if (!shared) return fail(shared.error());
  const ChildCommand command{view(setup.host->executable), view(setup.host->mpm_file)};
  Result<ChildProcess> child = start_child_process(command, std::move(inherited));
  if (!child) return fail(child.error());
  child_ = std::move(*child);
  section_->child_pid = child_.id;
  section_->child_started_unix_ns = unix_now_ns();

  std::vector<Message> messages;
  messages.push_back(SnapshotMessage{plan_->snapshot});
  messages.push_back(GenerationMessage{number_});
  messages.push_back(SectionMessage{shared->section, section_bytes_});
  messages.push_back(LogMessage{shared->log});
  for (std::uint32_t i = 0; i < plan_->listeners.size(); ++i) {
    Result<std::string> socket = share_listener(plan_->listeners[i].open->socket.get(), child_.id);
    if (!socket) return fail(socket.error());
    messages.push_back(ListenerMessage{i, std::move(*socket)});
  }
  messages.push_back(StartMessage{});
  channel_ = std::make_unique<ControlChannel>(
      std::move(child_.to_child),
      std::move(child_.from_child),
      std::move(messages),
      wanted_reader(*setup.host, plan_->snapshot)
  );
  channel_->start();
  return Done{};
}

void Generation::terminate() {
  if (::WaitForSingleObject(process(), 0) == WAIT_TIMEOUT) ::TerminateProcess(process(), 1);
  wait_for(child_.process);
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
  return ::WaitForSingleObject(process(), 0) == WAIT_OBJECT_0;
}

std::uint64_t Generation::connections() const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < section_->n_io_threads; ++i)
    sum += load(thread_slot(*section_, i).connections);
  return sum;
}

Obituary Generation::obituary() const {
  DWORD code = 0;
  ::GetExitCodeProcess(process(), &code);
  Obituary obituary;
  obituary.clean = code == 0;
  obituary.sentence = "generation " + std::to_string(number_) + ", pid " +
                      std::to_string(child_.id) + ", ended with exit code " +
                      describe_exit_code(code);
  obituary.details = describe_hooks(*section_, monotonic_now_ns());
  return obituary;
}

}  // namespace tenon::mpm
