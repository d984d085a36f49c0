// SPDX-License-Identifier: Apache-2.0
// service_control NAME query: what the service manager knows, as NAME=VALUE lines.
// service_control NAME NUMBER: sends that control. The exit code is the system's error, or 0.
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <vector>

#include <windows.h>

namespace {

std::vector<BYTE> details(SC_HANDLE service, DWORD level) {
  DWORD bytes = 0;
  ::QueryServiceConfig2W(service, level, nullptr, 0, &bytes);
  std::vector<BYTE> memory(bytes + sizeof(void*));
  if (!::QueryServiceConfig2W(
          service, level, memory.data(), static_cast<DWORD>(memory.size()), &bytes
      )) {
    return std::vector<BYTE>(64);
  }
  return memory;
}

void show_config(SC_HANDLE service) {
  DWORD bytes = 0;
  ::QueryServiceConfigW(service, nullptr, 0, &bytes);
  std::vector<BYTE> memory(bytes + sizeof(void*));
  auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(memory.data());
  if (!::QueryServiceConfigW(service, config, static_cast<DWORD>(memory.size()), &bytes)) return;
  std::printf("command=%ls\n", config->lpBinaryPathName);
  std::printf("account=%ls\n", config->lpServiceStartName);
  std::printf("start=%lu\n", config->dwStartType);
  const auto description = details(service, SERVICE_CONFIG_DESCRIPTION);
  const auto* text = reinterpret_cast<const SERVICE_DESCRIPTIONW*>(description.data());
  const auto preshutdown = details(service, SERVICE_CONFIG_PRESHUTDOWN_INFO);
  std::printf(
      "preshutdown=%lu\n",
      reinterpret_cast<const SERVICE_PRESHUTDOWN_INFO*>(preshutdown.data())->dwPreshutdownTimeout
  );
  if (text->lpDescription != nullptr) std::printf("description=%ls\n", text->lpDescription);
}

int query(SC_HANDLE service) {
  SERVICE_STATUS_PROCESS status{};
  DWORD bytes = 0;
  if (!::QueryServiceStatusEx(
          service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &bytes
      )) {
    return static_cast<int>(::GetLastError());
  }
  std::printf("state=%lu\n", status.dwCurrentState);
  std::printf("exit=%lu\n", status.dwWin32ExitCode);
  std::printf("specific=%lu\n", status.dwServiceSpecificExitCode);
  std::printf("accepts=%lu\n", status.dwControlsAccepted);
  show_config(service);
  return 0;
}

}  // namespace

int wmain(int count, wchar_t** words) {
  if (count != 3) return ERROR_INVALID_PARAMETER;
  const SC_HANDLE manager = ::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
  const SC_HANDLE service = ::OpenServiceW(manager, words[1], SERVICE_ALL_ACCESS);
  if (service == nullptr) return static_cast<int>(::GetLastError() & 0xFF);
  if (std::wcscmp(words[2], L"query") == 0) return query(service);
  SERVICE_STATUS ignored{};
  const auto control = static_cast<DWORD>(std::wcstoul(words[2], nullptr, 10));
  return ::ControlService(service, control, &ignored) ? 0 : static_cast<int>(::GetLastError());
}
