// SPDX-License-Identifier: Apache-2.0
#include "common/messages.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "common/wire.hpp"

namespace tenon::mpm {
namespace {

// The alternatives of Message, in their order.
constexpr std::array<MessageType, 12> kTypes = {
    MessageType::Snapshot,
    MessageType::Generation,
    MessageType::Section,
    MessageType::Listener,
    MessageType::Log,
    MessageType::Start,
    MessageType::Drain,
    MessageType::Ack,
    MessageType::Refused,
    MessageType::Ready,
    MessageType::Wanted,
    MessageType::ListenerLost,
};
static_assert(kTypes.size() == std::variant_size_v<Message>);

struct PayloadWriter {
  WireWriter& out;

  void operator()(const SnapshotMessage& message) const { out.bytes(message.bytes); }
  void operator()(const GenerationMessage& message) const { out.u32(message.generation); }
  void operator()(const SectionMessage& message) const {
    out.u64(message.handle);
    out.u64(message.size);
    out.u64(message.crashed);
    out.u64(message.seen);
  }
  void operator()(const ListenerMessage& message) const {
    out.u32(message.index);
    out.bytes(message.socket);
  }
  void operator()(const LogMessage& message) const {
    out.u64(static_cast<std::uint64_t>(message.handle));
  }
  void operator()(const StartMessage&) const {}
  void operator()(const DrainMessage& message) const {
    out.u32(static_cast<std::uint32_t>(message.mode));
    out.u64(message.within_ns);
  }
  void operator()(const AckMessage& message) const { out.u32(message.sequence); }
  void operator()(const RefusedMessage& message) const {
    out.u32(message.sequence);
    out.bytes(message.diagnostics);
  }
  void operator()(const ReadyMessage&) const {}
  void operator()(const WantedMessage& message) const { out.bytes(message.bytes); }
  void operator()(const ListenerLostMessage& message) const { out.u32(message.index); }
};

Failure<Error> malformed(MessageType type, std::string_view what) {
  return fail(Error{{}, std::string(message_name(type)) + ": " + std::string(what)});
}

Result<Message> read_drain(WireReader& in) {
  const std::uint32_t mode = in.u32();
  const std::uint64_t within_ns = in.u64();
  if (mode != static_cast<std::uint32_t>(DrainMode::Stop) &&
      mode != static_cast<std::uint32_t>(DrainMode::Graceful)) {
    return malformed(MessageType::Drain, "unknown mode");
  }
  return Message(DrainMessage{static_cast<DrainMode>(mode), within_ns});
}

Result<Message> read_payload(MessageType type, WireReader& in) {
  // Members of a braced list are evaluated from left to right, which is the order on the wire.
  switch (type) {
    case MessageType::Snapshot:
      return Message(SnapshotMessage{std::string(in.rest())});
    case MessageType::Generation:
      return Message(GenerationMessage{in.u32()});
    case MessageType::Section:
      return Message(SectionMessage{in.u64(), in.u64(), in.u64(), in.u64()});
    case MessageType::Listener:
      return Message(ListenerMessage{in.u32(), std::string(in.rest())});
    case MessageType::Log:
      return Message(LogMessage{static_cast<std::int64_t>(in.u64())});
    case MessageType::Start:
      return Message(StartMessage{});
    case MessageType::Drain:
      return read_drain(in);
    case MessageType::Ack:
      return Message(AckMessage{in.u32()});
    case MessageType::Refused:
      return Message(RefusedMessage{in.u32(), std::string(in.rest())});
    case MessageType::Ready:
      return Message(ReadyMessage{});
    case MessageType::Wanted:
      return Message(WantedMessage{std::string(in.rest())});
    case MessageType::ListenerLost:
      return Message(ListenerLostMessage{in.u32()});
  }
  return fail(Error{{}, "unknown message type " + std::to_string(static_cast<int>(type))});
}

}  // namespace

std::string encode_message(std::uint32_t sequence, const Message& message) {
  WireWriter writer;
  std::visit(PayloadWriter{writer}, message);
  const auto type = static_cast<std::uint16_t>(kTypes[message.index()]);
  return encode_frame(Frame{type, sequence, writer.take()});
}

Result<Message> decode_message(const Frame& frame) {
  const auto type = static_cast<MessageType>(frame.type);
  WireReader reader(frame.payload);
  Result<Message> message = read_payload(type, reader);
  if (message && !reader.done()) {
    return malformed(type, reader.ok() ? "bytes left over" : "cut short");
  }
  return message;
}

const char* message_name(MessageType type) {
  constexpr std::array<const char*, kTypes.size()> names = {
      "SNAPSHOT",
      "GENERATION",
      "SECTION",
      "LISTENER",
      "LOG",
      "START",
      "DRAIN",
      "ACK",
      "REFUSED",
      "READY",
      "WANTED",
      "LISTENER_LOST"};
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i] == type) return names[i];
  }
  return "unknown";
}

}  // namespace tenon::mpm
