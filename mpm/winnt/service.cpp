// SPDX-License-Identifier: Apache-2.0
#include "winnt/service.hpp"

#include <atomic>
#include <string>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "winnt/control.hpp"
#include "winnt/event_log.hpp"
#include "winnt/pipe.hpp"
#include "winnt/service_names.hpp"

namespace tenon::mpm {
namespace {

// Until when the manager waits for the next checkpoint, which comes every second, but not while an
// address that somebody holds is tried again (bind_timeout, 40 s by default).
constexpr DWORD kWaitHintMs = 90'000;

constexpr DWORD kStopControls =
    SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN;

bool is_pending(DWORD state) {
  return state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
}

DWORD accepted_in(DWORD state) {
  switch (state) {
    case SERVICE_START_PENDING:
      return SERVICE_ACCEPT_STOP;
    case SERVICE_RUNNING:
      return kStopControls | SERVICE_ACCEPT_PARAMCHANGE;
    default:
      return 0;
  }
}

}  // namespace

Service::Service(Inbox& inbox, Tell tell) : inbox_(inbox), tell_(std::move(tell)) {
  status_.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
}

// REQUIRES: lock_.
void Service::enter(DWORD state) {
  status_.dwCurrentState = state;
  status_.dwControlsAccepted = accepted_in(state);
  status_.dwCheckPoint = is_pending(state) ? 1 : 0;
  status_.dwWaitHint = is_pending(state) ? kWaitHintMs : 0;
  tell_(status_);
}

DWORD Service::control(DWORD code) {
  switch (code) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
    case SERVICE_CONTROL_PRESHUTDOWN:
      stop();
      return NO_ERROR;
    case SERVICE_CONTROL_PARAMCHANGE:
    case kReloadControl:
      inbox_.put(Request::Reload);
      return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE: {
      const SrwGuard guard(lock_);
      tell_(status_);
      return NO_ERROR;
    }
    default:
      return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

void Service::stop() {
  stopping();
  inbox_.put(Request::Stop);
}

void Service::starting() {
  const SrwGuard guard(lock_);
  enter(SERVICE_START_PENDING);
}

void Service::ready(std::uint32_t, std::string_view, bool) {
  const SrwGuard guard(lock_);
  if (status_.dwCurrentState == SERVICE_START_PENDING) enter(SERVICE_RUNNING);
}

void Service::stopping() {
  const SrwGuard guard(lock_);
  if (status_.dwCurrentState != SERVICE_STOP_PENDING) enter(SERVICE_STOP_PENDING);
}

void Service::alive(std::uint64_t now_ns) {
  const SrwGuard guard(lock_);
  if (!is_pending(status_.dwCurrentState) || now_ns < checkpoint_ns_ + kCheckpointNs) return;
  checkpoint_ns_ = now_ns;
  ++status_.dwCheckPoint;
  tell_(status_);
}

void Service::stopped(std::int32_t exit_code) {
  const SrwGuard guard(lock_);
  status_.dwWin32ExitCode = exit_code == kDone ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
  status_.dwServiceSpecificExitCode = static_cast<DWORD>(exit_code);
  enter(SERVICE_STOPPED);
}

namespace {

// Lives in main(), longer than the manager's threads that use it.
struct RunningService {
  RunningService(const tenon_control_host& control_host, std::wstring service_name)
      : host(control_host),
        name(std::move(service_name)),
        service(inbox, [this](SERVICE_STATUS status) { ::SetServiceStatus(handle, &status); }) {}

  const tenon_control_host& host;
  std::wstring name;
  std::atomic<SERVICE_STATUS_HANDLE> handle = nullptr;
  Inbox inbox;
  Service service;
  std::int32_t exit_code = kMachine;
};

// The system gives a service's main function no context.
std::atomic<RunningService*> the_service = nullptr;

DWORD WINAPI on_control(DWORD code, DWORD, void*, void* context) {
  return static_cast<RunningService*>(context)->service.control(code);
}

// Says the last word at its very end: main() may return from then on.
void WINAPI service_main(DWORD, wchar_t**) {
  RunningService& self = *the_service.load();
  self.handle = ::RegisterServiceCtrlHandlerExW(self.name.c_str(), on_control, &self);
  self.service.starting();
  {
    SystemEvents events(self.name);
    EventLog event_log(events);
    self.exit_code =
        control_main(self.host, self.inbox, {&self.service, &event_log}, Console::Owner::Service);
  }
  self.service.stopped(self.exit_code);
}

}  // namespace

std::int32_t run_service(const tenon_control_host& host, const tenon_command& command) {
  RunningService service(host, service_name(command));
  the_service.store(&service);
  const SERVICE_TABLE_ENTRYW table[] = {{service.name.data(), service_main}, {nullptr, nullptr}};
  const bool ran = ::StartServiceCtrlDispatcherW(table) != 0;
  const DWORD error = ::GetLastError();
  the_service.store(nullptr);
  if (ran) return service.exit_code;
  const std::string why =
      error == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT
          ? "-k runservice is for the service manager; `tenon service start` asks it to start the "
            "service, and `tenon` alone serves here"
          : system_error(error, "the service manager cannot be reached").text();
  host.report(host.context, TENON_LOG_ERROR, {}, str(why));
  return kMachine;
}

}  // namespace tenon::mpm
