// SPDX-License-Identifier: Apache-2.0
#include "winnt/service_manager.hpp"

#include <algorithm>

namespace tenon::mpm {
namespace {

constexpr DWORD kPollMs = 50;
constexpr DWORD kHintMinMs = 5'000;
constexpr DWORD kEndMs = 5'000;  // between the last word of a service and the end of its process

bool is_pending(const SERVICE_STATUS_PROCESS& status) {
  return status.dwCurrentState == SERVICE_START_PENDING ||
         status.dwCurrentState == SERVICE_STOP_PENDING;
}

}  // namespace

Result<UniqueService> open_manager(DWORD access) {
  UniqueService manager(::OpenSCManagerW(nullptr, nullptr, access));
  if (manager) return manager;
  const DWORD error = ::GetLastError();
  if (error == ERROR_ACCESS_DENIED) {
    return fail(Error{{}, "services need an administrator; start the console as one"});
  }
  return fail(system_error(error, "the service manager cannot be reached"));
}

Result<UniqueService> open_service(const std::wstring& name, DWORD access) {
  const Result<UniqueService> manager = open_manager(SC_MANAGER_CONNECT);
  if (!manager) return fail(manager.error());
  UniqueService service(::OpenServiceW(manager->get(), name.c_str(), access));
  if (service) return service;
  const DWORD error = ::GetLastError();
  if (error == ERROR_SERVICE_DOES_NOT_EXIST) return fail(Error{{}, "there is no such service"});
  if (error == ERROR_ACCESS_DENIED) {
    return fail(Error{{}, "this needs an administrator; start the console as one"});
  }
  return fail(system_error(error, "opening the service"));
}

SERVICE_STATUS_PROCESS status_of(const UniqueService& service) {
  SERVICE_STATUS_PROCESS status{};
  DWORD bytes = 0;
  ::QueryServiceStatusEx(
      service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &bytes
  );
  return status;
}

SERVICE_STATUS_PROCESS settle(const UniqueService& service) {
  SERVICE_STATUS_PROCESS status = status_of(service);
  ULONGLONG since_ms = ::GetTickCount64();
  while (is_pending(status)) {
    ::Sleep(kPollMs);  // the manager can notify, but not of checkpoints
    const SERVICE_STATUS_PROCESS next = status_of(service);
    const ULONGLONG now_ms = ::GetTickCount64();
    if (next.dwCurrentState != status.dwCurrentState || next.dwCheckPoint != status.dwCheckPoint) {
      since_ms = now_ms;
    }
    status = next;
    if (now_ms - since_ms > std::max(status.dwWaitHint, kHintMinMs)) break;
  }
  return status;
}

Result<Done> stop_service(const UniqueService& service) {
  const SERVICE_STATUS_PROCESS before = status_of(service);
  if (before.dwCurrentState == SERVICE_STOPPED) return Done{};
  const UniqueHandle process(::OpenProcess(SYNCHRONIZE, FALSE, before.dwProcessId));
  SERVICE_STATUS ignored{};
  if (before.dwCurrentState != SERVICE_STOP_PENDING &&
      !::ControlService(service.get(), SERVICE_CONTROL_STOP, &ignored) &&
      ::GetLastError() != ERROR_SERVICE_NOT_ACTIVE) {
    return fail(last_error("stopping the service"));
  }
  if (settle(service).dwCurrentState != SERVICE_STOPPED) {
    return fail(Error{{}, "the service does not stop"});
  }
  if (process) ::WaitForSingleObject(process.get(), kEndMs);
  return Done{};
}

}  // namespace tenon::mpm
