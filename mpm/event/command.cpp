// SPDX-License-Identifier: Apache-2.0
#include "event/command.hpp"

#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tenon/cpp/text.hpp>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/request.hpp"
#include "event/command_server.hpp"

namespace tenon::mpm {
namespace {

constexpr int kEndMs = 5'000;  // for a stopped server's process to be gone

std::string why_not(int error) {
  if (error == ENOENT || error == ECONNREFUSED) return "no server runs with this configuration";
  if (error == EACCES || error == EPERM) {
    return "the server runs as another user; ask as that user or as root";
  }
  return system_error(error, "the running server cannot be reached").text();
}

UniqueFd server_of(int socket) {
  ucred peer{};
  socklen_t bytes = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &bytes) != 0) return UniqueFd();
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
}

Outcome talk(int socket, Request request) {
  return ask_by(
      {[socket](std::string_view bytes) { return write_pipe(socket, bytes); },
       [socket](std::span<char> room) { return read_pipe(socket, room); }},
      request
  );
}

Outcome ask(const tenon_control_host& host, Request request) {
  const Result<CommandAddress> address =
      CommandAddress::open(view(host.data_root), view(host.instance), false);
  // Without the folder there was never a server here.
  if (!address) return {kMachine, why_not(ENOENT)};
  const Result<UniqueFd, int> socket = address->connect();
  if (!socket) return {kMachine, why_not(socket.error())};
  const UniqueFd process = server_of(socket->get());
  const Outcome outcome = talk(socket->get(), request);
  const std::array fds = {process.get()};
  if (is_stop(request) && outcome.code == kDone && process) wait_any(fds, kEndMs);
  return outcome;
}

}  // namespace

std::int32_t carry_out(const tenon_control_host& host, const tenon_command& command) {
  if (command.verb == TENON_CMD_START) return TENON_SERVE_HERE;
  const std::optional<Request> request = request_of(command);
  if (!request) {
    constexpr std::string_view kNoService =
        "services of Windows are mpm_winnt's; on Linux the service manager starts `tenon run`";
    host.report(host.context, TENON_LOG_ERROR, {}, str(kNoService));
    return kConfig;
  }
  const Outcome outcome = ask(host, *request);
  tell(host, *request, outcome);
  return outcome.code;
}

}  // namespace tenon::mpm
