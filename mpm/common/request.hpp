// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tenon/mpm.h>

#include "common/supervisor.hpp"

namespace tenon::mpm {

// What a running server can be asked for.
enum class Request : std::uint32_t {
  Stop,
  GracefulStop,
  Reload,
  ReopenLogs,
  Status,
  StatusJson,
  Interrupt,  // of the console: stop, and the second time at once; never by the channel
};

// A request on its way to the control process. `reply` is called once, on that process' thread;
// those of a signal or of the console have none.
struct Asked {
  Request request;
  Reply reply;
};

// Stop, GracefulStop, Interrupt.
bool is_stop(Request request);

// On the control channel (a named pipe, a local socket): the client sends one line, "TENON1
// VERB\n"; the server answers "TENON1 CODE\n", then text, and closes. CODE is the exit code for the
// client.
constexpr std::size_t kRequestBytesMax = 64;
constexpr std::size_t kReplyBytesMax = 4 * 1024 * 1024;

std::string encode_request(Request request);
// None: this is no request that may come by the channel.
std::optional<Request> decode_request(std::string_view line);

std::string encode_reply(const Outcome& outcome);
// None: cut off, or not from a server of ours.
std::optional<Outcome> decode_reply(std::string_view bytes);

// Both ends of an open channel. They return what was done: false or 0 at its end.
struct ChannelEnd {
  std::function<bool(std::string_view)> write;
  std::function<std::size_t(std::span<char>)> read;
};
// Asks, and waits for the reply.
Outcome ask_by(const ChannelEnd& channel, Request request);

// What a command of the command line asks a running server for. None: it asks the service manager.
std::optional<Request> request_of(const tenon_command& command);
// Shows the user what the request came to: findings and failures as errors, else on stdout.
void tell(const tenon_control_host& host, Request request, const Outcome& outcome);

}  // namespace tenon::mpm
