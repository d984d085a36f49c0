// SPDX-License-Identifier: Apache-2.0
#include "winnt/generation.hpp"

#include <cstdio>
#include <optional>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "common/clock.hpp"
#include "common/crash_report.hpp"
#include "winnt/crash.hpp"

namespace tenon::mpm {
namespace {

constexpr std::size_t kDumpsMax = 10;

// "20261126-104500": sorts by time.
std::string time_name() {
  SYSTEMTIME now{};
  ::GetSystemTime(&now);
  char text[48];
  std::snprintf(
      text,
      sizeof text,
      "%04d%02d%02d-%02d%02d%02d",
      now.wYear,
      now.wMonth,
      now.wDay,
      now.wHour,
      now.wMinute,
      now.wSecond
  );
  return text;
}

// The numbers of what a child inherits.
struct Shared {
  SectionMessage section;
  std::int64_t log = -1;
};

class Sharing {
 public:
  explicit Sharing(InheritedHandles& inherited) : inherited_(inherited) {}

  std::uint64_t add(HANDLE handle) {
    const Result<std::uint64_t> number = inherited_.add(handle);
    if (!number && !error_) error_ = number.error();
    return number ? *number : 0;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  InheritedHandles& inherited_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::unique_ptr<Generation>> Generation::start(
    const ChildSetup& setup, std::shared_ptr<WinntPlan> plan
) {
  std::unique_ptr<Generation> generation(new Generation(setup, std::move(plan)));
  Result<Done> done = generation->make_shared_section();
  if (done) done = generation->start_process();
  if (!done) return fail(done.error());
  return generation;
}

Generation::~Generation() {
  if (child_.process) terminate();
}

Result<Done> Generation::make_shared_section() {
  const SectionShape shape = section_shape(*plan_);
  section_bytes_ = section_bytes(shape);
  Result<UniqueHandle> handle = make_section(section_bytes_);
  if (!handle) return fail(handle.error());
  section_handle_ = std::move(*handle);
  Result<UniqueMapping> mapping = map_section(section_handle_.get(), section_bytes_);
  if (!mapping) return fail(mapping.error());
  mapping_ = std::move(*mapping);
  take_section(mapping_.get(), shape, *plan_);
  return Done{};
}

Result<Done> Generation::start_process() {
  InheritedHandles inherited;
  Sharing sharing(inherited);
  Shared shared;
  shared.section = {
      sharing.add(section_handle_.get()),
      section_bytes_,
      sharing.add(crashed_.get()),
      sharing.add(seen_.get())};
  if (host().log_file != -1) {
    shared.log = static_cast<std::int64_t>(sharing.add(as_handle(host().log_file)));
  }
  if (sharing.error()) return fail(*sharing.error());
  const ChildCommand command{
      view(host().executable), view(host().mpm_file), plan_->winnt.job_memory_limit};
  Result<ChildProcess> child = start_child_process(command, std::move(inherited));
  if (!child) return fail(child.error());
  child_ = std::move(*child);
  section_->child_pid = child_.id;
  section_->child_started_unix_ns = unix_now_ns();

  std::vector<Message> messages;
  messages.push_back(SnapshotMessage{plan_->snapshot});
  messages.push_back(GenerationMessage{number()});
  messages.push_back(shared.section);
  messages.push_back(LogMessage{shared.log});
  for (std::uint32_t i = 0; i < plan_->listeners.size(); ++i) {
    if (!plan_->listeners[i].open) continue;
    Result<std::string> socket = share(plan_->listeners[i]);
    if (!socket) return fail(socket.error());
    messages.push_back(ListenerMessage{i, std::move(*socket)});
  }
  messages.push_back(StartMessage{});
  channel_ = std::make_unique<ControlChannel>(
      std::move(child_.to_child),
      std::move(child_.from_child),
      std::move(messages),
      wanted_reader(host(), plan_->snapshot)
  );
  channel_->start();
  return Done{};
}

// The plan goes with it, and with the plan the control process' sockets of removed listeners:
// nobody may wait in a queue that nobody serves.
void Generation::drain(const DrainMessage& message) {
  channel_->drain(message);
  plan_.reset();
}

void Generation::change_log(std::int64_t file) {
  HANDLE theirs = nullptr;
  if (::DuplicateHandle(
          ::GetCurrentProcess(),
          as_handle(file),
          process(),
          &theirs,
          0,
          FALSE,
          DUPLICATE_SAME_ACCESS
      )) {
    channel_->change_log(static_cast<std::int64_t>(as_number(theirs)));
  }
}

void Generation::look_at_crash() {
  if (::WaitForSingleObject(crashed_.get(), 0) != WAIT_OBJECT_0) return;
  if (minidumps_) {
    const std::string folder = std::string(view(host().data_root)) + "/run/dumps";
    const std::string file =
        folder + "/" + time_name() + "-generation-" + std::to_string(number()) + ".dmp";
    const Result<Done> written = write_minidump(process(), child_.id, section_->crash, file);
    dump_ = written ? "minidump " + file : "no minidump: " + written.error().text();
    keep_minidumps(folder, kDumpsMax);
  }
  ::ResetEvent(crashed_.get());
  ::SetEvent(seen_.get());
}

Result<std::string> Generation::share(const PlannedListener& listener) {
  return share_again(*listener.open, listener.view(), plan_->settings.listen_backlog, child_.id);
}

void Generation::replace_lost() {
  for (const std::uint32_t index : channel_->take_lost()) {
    // It drains, or the server stops: nobody is accepted any more.
    if (!plan_ || index >= plan_->listeners.size()) return;
    const PlannedListener& listener = plan_->listeners[index];
    Result<std::string> socket = share(listener);
    if (socket) {
      channel_->replace(index, std::move(*socket));
    } else {
      host().report(
          host().context, TENON_LOG_WARN, str(listener.place), str(socket.error().text())
      );
    }
  }
}

void Generation::terminate() {
  if (::WaitForSingleObject(process(), 0) == WAIT_TIMEOUT) ::TerminateProcess(process(), 1);
  wait_for(child_.process);
  if (channel_) channel_->join();
}

bool Generation::ended() {
  return ::WaitForSingleObject(process(), 0) == WAIT_OBJECT_0;
}

Obituary Generation::obituary() const {
  DWORD code = 0;
  ::GetExitCodeProcess(process(), &code);
  Obituary obituary;
  obituary.clean = code == 0;
  obituary.sentence = "generation " + std::to_string(number()) + ", pid " +
                      std::to_string(child_.id) + ", ended with exit code " +
                      describe_exit_code(code);
  for (const std::string& line :
       {describe_crash(*section_), dump_, describe_hooks(*section_, monotonic_now_ns())}) {
    if (!line.empty()) obituary.details += line + "\n";
  }
  return obituary;
}

}  // namespace tenon::mpm
