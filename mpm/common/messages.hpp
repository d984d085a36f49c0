// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <variant>

#include <tenon/cpp/result.hpp>

#include "common/frame.hpp"

namespace tenon::mpm {

// What control process and child say to each other. mpm/README.md has the table.

// The frame's type. Numbers are never reused; the child's own begin at 64.
enum class MessageType : std::uint16_t {
  Snapshot = 1,
  Generation = 2,
  Section = 3,
  Listener = 4,
  Log = 5,
  Start = 6,
  Drain = 7,
  Ack = 64,
  Refused = 65,
  Ready = 66,
  Wanted = 67,
  ListenerLost = 68,
};

// All that the child is configured from; opaque to the MPM. Comes again as the answer to WANTED.
struct SnapshotMessage {
  std::string bytes;
};
struct GenerationMessage {
  std::uint32_t generation = 0;
};
// The shared section: an inherited handle or fd, and its size in bytes. On Windows also two events:
// the child sets `crashed` when it has written where, and waits for `seen` before it ends; 0: none.
struct SectionMessage {
  std::uint64_t handle = 0;
  std::uint64_t size = 0;
  std::uint64_t crashed = 0;
  std::uint64_t seen = 0;
};
// One listener, by its index in the configuration; comes again while the child serves as the answer
// to LISTENER_LOST. `socket` is what the platform hands a socket
// over with: a WSAPROTOCOL_INFOW on Windows, the number of an inherited fd (u64) on Linux.
struct ListenerMessage {
  std::uint32_t index = 0;
  std::string socket;
};
// The inherited handle or fd of the error log; -1: none.
struct LogMessage {
  std::int64_t handle = -1;
};
// Everything is there: load. Answered by READY or REFUSED, not by ACK.
struct StartMessage {};

enum class DrainMode : std::uint32_t {
  Stop = 1,      // idle connections are closed at once
  Graceful = 2,  // they may send one more request within keepalive_drain
};
struct DrainMessage {
  DrainMode mode = DrainMode::Stop;
  std::uint64_t within_ns = 0;
};

// The child's answers. Their frame carries a sequence of its own; `sequence` names the message that
// is answered.
struct AckMessage {
  std::uint32_t sequence = 0;
};
struct RefusedMessage {
  std::uint32_t sequence = 0;
  std::string diagnostics;  // lines for the operator
};
struct ReadyMessage {};
// What the snapshot lacks; opaque to the MPM. Once, between START and READY; answered by SNAPSHOT.
struct WantedMessage {
  std::string bytes;
};

// A listener's socket is none any more. While the child serves; answered by LISTENER, if the
// control process can.
struct ListenerLostMessage {
  std::uint32_t index = 0;
};

using Message = std::variant<
    SnapshotMessage,
    GenerationMessage,
    SectionMessage,
    ListenerMessage,
    LogMessage,
    StartMessage,
    DrainMessage,
    AckMessage,
    RefusedMessage,
    ReadyMessage,
    WantedMessage,
    ListenerLostMessage>;

// The whole frame, ready to be written.
std::string encode_message(std::uint32_t sequence, const Message& message);

// An error when the type is unknown, the payload is cut short or has bytes left over.
Result<Message> decode_message(const Frame& frame);

// "SNAPSHOT", for sentences about a broken channel.
const char* message_name(MessageType type);

}  // namespace tenon::mpm
