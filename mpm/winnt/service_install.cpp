// SPDX-License-Identifier: Apache-2.0
#include "winnt/service_install.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/cpp/text.hpp>

#include "common/supervisor.hpp"
#include "winnt/options.hpp"
#include "winnt/service_manager.hpp"
#include "winnt/service_names.hpp"
#include "winnt/service_registry.hpp"

namespace tenon::mpm {
namespace {

// One command of an operator, its service, and how to tell them what became of it.
struct Desk {
  Desk(const tenon_control_host& control_host, const tenon_command& asked)
      : host(control_host),
        command(asked),
        name(service_name(asked)),
        shown(asked.service.len == 0 ? kDefaultService : view(asked.service)) {}

  std::int32_t done(std::string_view what) const {
    const std::string text = "tenon: the service " + shown + " " + std::string(what) + "\n";
    host.print(host.context, str(text));
    return kDone;
  }
  std::int32_t refuse(std::string_view why, std::int32_t code = kMachine) const {
    const std::string text = "the service " + shown + ": " + std::string(why);
    host.report(host.context, TENON_LOG_ERROR, {}, str(text));
    return code;
  }
  std::int32_t refuse(const Error& error) const { return refuse(error.text()); }
  void warn(std::string_view what, const Error& error) const {
    const std::string text =
        "the service " + shown + ": " + std::string(what) + ": " + error.text();
    host.report(host.context, TENON_LOG_WARN, {}, str(text));
  }

  const tenon_control_host& host;
  const tenon_command& command;
  const std::wstring name;
  const std::string shown;
};

// How the manager is to see the service, from the configuration.
struct Wanted {
  std::wstring command_line;
  std::wstring account;
  DWORD stop_ms = 0;  // what the system's end may have to wait for
};

constexpr DWORD kStopSlackMs = 5'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr const wchar_t* kNeeds = L"Tcpip\0Afd\0";
// A control process that dies comes back; one that says why it cannot start does not.
constexpr DWORD kAgainMs[] = {1'000, 10'000, 60'000};
constexpr DWORD kForgetCrashesS = 24 * 60 * 60;

// None: it was refused, and reported.
Result<Wanted, std::int32_t> wanted(const Desk& desk) {
  const std::string_view fault = fault_of_service_name(desk.name);
  if (!fault.empty()) return fail(desk.refuse(fault, kConfig));
  tenon_mpm_config config{};
  config.struct_size = sizeof config;
  if (desk.host.read_config(desk.host.context, &config) != TENON_OK) {
    return fail(std::int32_t{kConfig});
  }
  const Result<WinntSettings> settings = read_winnt_settings(*desk.host.cfg, config.options);
  if (!settings) return fail(desk.refuse(settings.error().text(), kConfig));
  Wanted out;
  out.command_line = service_command_line(widen(view(desk.host.executable)), desk.name);
  out.account = service_account(settings->service_account, desk.name);
  out.stop_ms = static_cast<DWORD>(settings->common.stop_timeout_ns / kMillisecond) + kStopSlackMs;
  return out;
}

void set_failure_actions(SC_HANDLE service) {
  std::array<SC_ACTION, std::size(kAgainMs)> actions{};
  for (std::size_t i = 0; i < actions.size(); ++i)
    actions[i] = {SC_ACTION_RESTART, kAgainMs[i]};
  SERVICE_FAILURE_ACTIONSW failure{};
  failure.dwResetPeriod = kForgetCrashesS;
  failure.cActions = static_cast<DWORD>(actions.size());
  failure.lpsaActions = actions.data();
  ::ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &failure);
}

// Niceties: a system that has not one of them, as Wine has no delayed start, runs the service all
// the same.
void set_details(SC_HANDLE service, const Wanted& wanted) {
  std::wstring text = L"Tenon, a modular HTTP server";
  SERVICE_DESCRIPTIONW description{text.data()};
  ::ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description);
  SERVICE_DELAYED_AUTO_START_INFO delayed{TRUE};
  ::ChangeServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed);
  SERVICE_PRESHUTDOWN_INFO preshutdown{wanted.stop_ms};
  ::ChangeServiceConfig2W(service, SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown);
  // The service's identity is in its token whatever account it runs as.
  SERVICE_SID_INFO identity{SERVICE_SID_TYPE_UNRESTRICTED};
  ::ChangeServiceConfig2W(service, SERVICE_CONFIG_SERVICE_SID_INFO, &identity);
  set_failure_actions(service);
}

// What is kept beside the service manager's own: arguments, source of events, rights.
Result<Done> keep(const Desk& desk, FolderRights& rights) {
  ServiceParameters parameters;
  parameters.instance = widen(view(desk.host.instance));
  for (std::uint32_t i = 0; i < desk.command.n_arguments; ++i)
    parameters.arguments.push_back(widen(view(desk.command.arguments[i])));
  const Result<Done> written = write_parameters(desk.name, parameters);
  if (!written) return written;
  std::wstring messages = widen(view(desk.host.mpm_file));
  std::replace(messages.begin(), messages.end(), L'/', L'\\');
  const Result<Done> source = register_event_source(desk.name, messages);
  if (!source) desk.warn("the Event Viewer will not show its texts", source.error());
  const Result<Done> allowed =
      prepare_data_root(rights, view(desk.host.data_root), service_identity(desk.name));
  if (!allowed) desk.warn("it may be unable to write to logs and run", allowed.error());
  return Done{};
}

Result<UniqueService> create(const Desk& desk, const Wanted& wanted) {
  const Result<UniqueService> manager =
      open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
  if (!manager) return fail(manager.error());
  UniqueService service(::CreateServiceW(
      manager->get(),
      desk.name.c_str(),
      desk.name.c_str(),
      SERVICE_ALL_ACCESS,
      SERVICE_WIN32_OWN_PROCESS,
      SERVICE_AUTO_START,
      SERVICE_ERROR_NORMAL,
      wanted.command_line.c_str(),
      nullptr,
      nullptr,
      kNeeds,
      wanted.account.c_str(),
      nullptr
  ));
  if (service) return service;
  const DWORD error = ::GetLastError();
  if (error == ERROR_SERVICE_EXISTS) {
    return fail(Error{{}, "it is installed already; `tenon service config` changes it"});
  }
  if (error == ERROR_SERVICE_MARKED_FOR_DELETE) {
    return fail(Error{{}, "it is being uninstalled; close what shows it, and try again"});
  }
  return fail(system_error(error, "installing it"));
}

// A service of somebody else is never touched.
Result<UniqueService> open_ours(const Desk& desk, DWORD access) {
  Result<UniqueService> service = open_service(desk.name, access | SERVICE_QUERY_STATUS);
  if (!service) return service;
  if (!read_instance(desk.name)) return fail(Error{{}, "it is not one of Tenon's"});
  return service;
}

std::int32_t did_not_start(const Desk& desk, const SERVICE_STATUS_PROCESS& status) {
  const std::string where =
      "; the error log below " + std::string(view(desk.host.data_root)) + " says why";
  if (status.dwWin32ExitCode != ERROR_SERVICE_SPECIFIC_ERROR) {
    return desk.refuse(system_error(status.dwWin32ExitCode, "it did not start").text() + where);
  }
  const auto code = static_cast<std::int32_t>(status.dwServiceSpecificExitCode);
  return desk.refuse(
      "it did not start and ended with exit code " + std::to_string(code) + where,
      code == kConfig ? kConfig : kMachine
  );
}

std::int32_t start(const Desk& desk) {
  const Result<UniqueService> service = open_ours(desk, SERVICE_START);
  if (!service) return desk.refuse(service.error());
  if (status_of(*service).dwCurrentState == SERVICE_RUNNING) return desk.done("runs already");
  // The service would find the same, but tell its log.
  tenon_mpm_config config{};
  config.struct_size = sizeof config;
  if (desk.host.read_config(desk.host.context, &config) != TENON_OK) return kConfig;
  if (!::StartServiceW(service->get(), 0, nullptr)) {
    const DWORD error = ::GetLastError();
    if (error == ERROR_SERVICE_ALREADY_RUNNING) return desk.done("runs already");
    return desk.refuse(system_error(error, "starting it"));
  }
  const SERVICE_STATUS_PROCESS status = settle(*service);
  if (status.dwCurrentState != SERVICE_RUNNING) return did_not_start(desk, status);
  return desk.done("is started");
}

}  // namespace

std::int32_t install_service(
    const tenon_control_host& host, const tenon_command& command, FolderRights& rights
) {
  const Desk desk(host, command);
  const Result<Wanted, std::int32_t> how = wanted(desk);
  if (!how) return how.error();
  const Result<UniqueService> service = create(desk, *how);
  if (!service) return desk.refuse(service.error());
  set_details(service->get(), *how);
  const Result<Done> kept = keep(desk, rights);
  if (!kept) {
    ::DeleteService(service->get());
    return desk.refuse(kept.error());
  }
  return desk.done("is installed; its data is in " + std::string(view(host.data_root)));
}

std::int32_t config_service(
    const tenon_control_host& host, const tenon_command& command, FolderRights& rights
) {
  const Desk desk(host, command);
  const Result<UniqueService> service = open_ours(desk, SERVICE_CHANGE_CONFIG | SERVICE_START);
  if (!service) return desk.refuse(service.error());
  const Result<Wanted, std::int32_t> how = wanted(desk);
  if (!how) return how.error();
  if (!::ChangeServiceConfigW(
          service->get(),
          SERVICE_NO_CHANGE,
          SERVICE_NO_CHANGE,
          SERVICE_NO_CHANGE,
          how->command_line.c_str(),
          nullptr,
          nullptr,
          kNeeds,
          how->account.c_str(),
          L"",
          nullptr
      )) {
    return desk.refuse(last_error("changing it"));
  }
  set_details(service->get(), *how);
  const Result<Done> kept = keep(desk, rights);
  if (!kept) return desk.refuse(kept.error());
  return desk.done("is changed; that applies when it is started next");
}

std::int32_t uninstall_service(const tenon_control_host& host, const tenon_command& command) {
  const Desk desk(host, command);
  const Result<UniqueService> service = open_ours(desk, SERVICE_STOP | DELETE);
  if (!service) return desk.refuse(service.error());
  const Result<Done> stopped = stop_service(*service);
  if (!stopped) return desk.refuse(stopped.error());
  if (!::DeleteService(service->get())) return desk.refuse(last_error("uninstalling it"));
  unregister_event_source(desk.name);
  return desk.done("is uninstalled");
}

std::int32_t start_service(const tenon_control_host& host, const tenon_command& command) {
  const Desk desk(host, command);
  const std::optional<std::wstring> instance = read_instance(desk.name);
  if (instance == widen(view(host.instance))) return start(desk);
  if (command.service.len == 0) return TENON_SERVE_HERE;
  if (!instance) return start(desk);  // which says what is wrong
  return desk.refuse("it is installed with another configuration", kConfig);
}

}  // namespace tenon::mpm
