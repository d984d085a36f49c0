// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// The manager itself, or one of its services.
struct ServiceTraits {
  using Value = SC_HANDLE;
  static Value invalid() noexcept { return nullptr; }
  static void close(Value value) noexcept { ::CloseServiceHandle(value); }
};
using UniqueService = UniqueResource<ServiceTraits>;

// The errors are sentences for the operator.
Result<UniqueService> open_manager(DWORD access);
Result<UniqueService> open_service(const std::wstring& name, DWORD access);

// REQUIRES: `service` was opened with SERVICE_QUERY_STATUS.
SERVICE_STATUS_PROCESS status_of(const UniqueService& service);
// Waits as long as the service is on its way into another state and makes progress.
SERVICE_STATUS_PROCESS settle(const UniqueService& service);

// Stops the service, if it runs, and waits until its process has ended. REQUIRES: opened with
// SERVICE_QUERY_STATUS | SERVICE_STOP.
Result<Done> stop_service(const UniqueService& service);

}  // namespace tenon::mpm
