// SPDX-License-Identifier: Apache-2.0
#include "common/request.hpp"

#include <array>

#include <tenon/cpp/text.hpp>

namespace tenon::mpm {
namespace {

constexpr std::string_view kMagic = "TENON1 ";

struct Word {
  std::string_view text;
  Request request;
};
constexpr std::array<Word, 6> kWords = {{
    {"stop", Request::Stop},
    {"graceful-stop", Request::GracefulStop},
    {"reload", Request::Reload},
    {"reopen", Request::ReopenLogs},
    {"status", Request::Status},
    {"status-json", Request::StatusJson},
}};

}  // namespace

bool is_stop(Request request) {
  return request == Request::Stop || request == Request::GracefulStop ||
         request == Request::Interrupt;
}

std::string encode_request(Request request) {
  for (const Word& word : kWords) {
    if (word.request == request) return std::string(kMagic) + std::string(word.text) + "\n";
  }
  return {};
}

std::optional<Request> decode_request(std::string_view line) {
  if (!line.starts_with(kMagic) || !line.ends_with('\n')) return std::nullopt;
  line.remove_prefix(kMagic.size());
  line.remove_suffix(1);
  for (const Word& word : kWords) {
    if (word.text == line) return word.request;
  }
  return std::nullopt;
}

std::string encode_reply(const Outcome& outcome) {
  return std::string(kMagic) + static_cast<char>('0' + outcome.code) + "\n" + outcome.text;
}

std::optional<Outcome> decode_reply(std::string_view bytes) {
  const std::size_t head = kMagic.size() + 2;
  if (bytes.size() < head || !bytes.starts_with(kMagic) || bytes[head - 1] != '\n') {
    return std::nullopt;
  }
  const int code = bytes[kMagic.size()] - '0';
  if (code < kDone || code > kConfig) return std::nullopt;
  return Outcome{code, std::string(bytes.substr(head))};
}

Outcome ask_by(const ChannelEnd& channel, Request request) {
  std::string bytes;
  if (channel.write(encode_request(request))) {
    std::array<char, 16 * 1024> part;
    while (const std::size_t n = channel.read(part)) {
      bytes.append(part.data(), n);
      if (bytes.size() > kReplyBytesMax) break;
    }
  }
  const std::optional<Outcome> outcome = decode_reply(bytes);
  return outcome ? *outcome : Outcome{kMachine, "the server ended before it answered"};
}

std::optional<Request> request_of(const tenon_command& command) {
  switch (command.verb) {
    case TENON_CMD_STOP:
      return Request::Stop;
    case TENON_CMD_GRACEFUL_STOP:
      return Request::GracefulStop;
    case TENON_CMD_RELOAD:
      return Request::Reload;
    case TENON_CMD_REOPEN_LOGS:
      return Request::ReopenLogs;
    case TENON_CMD_STATUS:
      return command.json != 0 ? Request::StatusJson : Request::Status;
    default:
      return std::nullopt;
  }
}

void tell(const tenon_control_host& host, Request request, const Outcome& outcome) {
  if (outcome.code != kDone) {
    return host.report(host.context, TENON_LOG_ERROR, {}, str(outcome.text));
  }
  const bool is_whole = request == Request::Status || request == Request::StatusJson;
  host.print(host.context, str(is_whole ? outcome.text : "tenon: " + outcome.text + "\n"));
}

}  // namespace tenon::mpm
