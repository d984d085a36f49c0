// SPDX-License-Identifier: Apache-2.0
#include "winnt/command.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tenon/cpp/text.hpp>

#include "common/request.hpp"
#include "winnt/command_server.hpp"
#include "winnt/pipe.hpp"
#include "winnt/service.hpp"
#include "winnt/service_install.hpp"

namespace tenon::mpm {
namespace {

constexpr DWORD kBusyMs = 2'000;
constexpr DWORD kEndMs = 5'000;  // for a stopped server's process to be gone

struct FileTraits {
  using Value = HANDLE;
  static Value invalid() noexcept { return INVALID_HANDLE_VALUE; }
  static void close(Value value) noexcept { ::CloseHandle(value); }
};
using UniqueFile = UniqueResource<FileTraits>;

std::string why_not(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
      return "no server runs with this configuration";
    case ERROR_ACCESS_DENIED:
      return "the server runs as another user; ask as that user or as an administrator";
    case ERROR_PIPE_BUSY:
    case ERROR_SEM_TIMEOUT:
      return "the server is busy with other commands; try again";
    default:
      return system_error(error, "the running server cannot be reached").text();
  }
}

Result<UniqueFile> connect(std::string_view instance) {
  const std::wstring name = command_pipe(instance);
  for (bool waited = false;; waited = true) {
    UniqueFile pipe(::CreateFileW(
        name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr
    ));
    if (pipe) return pipe;
    const DWORD error = ::GetLastError();
    if (error != ERROR_PIPE_BUSY || waited) return fail(Error{{}, why_not(error)});
    if (!::WaitNamedPipeW(name.c_str(), kBusyMs)) return fail(Error{{}, why_not(::GetLastError())});
  }
}

Outcome talk(HANDLE pipe, Request request) {
  return ask_by(
      {[pipe](std::string_view bytes) { return write_pipe(pipe, bytes); },
       [pipe](std::span<char> room) { return read_pipe(pipe, room); }},
      request
  );
}

// A stopped server has closed its ports; its process ends moments later.
void wait_for_end(HANDLE process) {
  if (process != nullptr) ::WaitForSingleObject(process, kEndMs);
}

Outcome ask(const tenon_control_host& host, Request request) {
  const Result<UniqueFile> pipe = connect(view(host.instance));
  if (!pipe) return {kMachine, pipe.error().text()};
  ULONG pid = 0;
  ::GetNamedPipeServerProcessId(pipe->get(), &pid);
  const UniqueHandle process(pid != 0 ? ::OpenProcess(SYNCHRONIZE, FALSE, pid) : nullptr);
  const Outcome outcome = talk(pipe->get(), request);
  if (is_stop(request) && outcome.code == kDone) wait_for_end(process.get());
  return outcome;
}

}  // namespace

std::int32_t carry_out(const tenon_control_host& host, const tenon_command& command) {
  if (const std::optional<Request> request = request_of(command)) {
    const Outcome outcome = ask(host, *request);
    tell(host, *request, outcome);
    return outcome.code;
  }
  SystemFolderRights rights;
  switch (command.verb) {
    case TENON_CMD_START:
      return start_service(host, command);
    case TENON_CMD_INSTALL:
      return install_service(host, command, rights);
    case TENON_CMD_CONFIG:
      return config_service(host, command, rights);
    case TENON_CMD_UNINSTALL:
      return uninstall_service(host, command);
    case TENON_CMD_RUN_SERVICE:
      return run_service(host, command);
    default:
      host.report(host.context, TENON_LOG_ERROR, {}, str("mpm_winnt has no such command"));
      return kConfig;
  }
}

}  // namespace tenon::mpm
