// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "common/handshake.hpp"

namespace tenon::mpm {
namespace {

constexpr std::size_t kListenersMax = 1024;

}  // namespace

void ChildHandshake::feed(std::string_view bytes) {
  decoder_.feed(bytes);
  while (state_ != State::Refused && state_ != State::Ended) {
    Result<std::optional<Frame>> frame = decoder_.next();
    if (!frame) return refuse_message(0, frame.error().text());
    if (!*frame) return;
    on_frame(**frame);
  }
}

void ChildHandshake::end_of_input() {
  if (state_ != State::Refused) state_ = State::Ended;
}

void ChildHandshake::want(std::string wanted) {
  TENON_ASSERT(state_ == State::Loading);
  state_ = State::Waiting;
  send(WantedMessage{std::move(wanted)});
}

void ChildHandshake::ready() {
  TENON_ASSERT(state_ == State::Loading);
  state_ = State::Serving;
  send(ReadyMessage{});
}

void ChildHandshake::refuse(const std::string& diagnostics) {
  TENON_ASSERT(state_ == State::Loading);
  refuse_message(start_sequence_, diagnostics);
}

void ChildHandshake::lost(std::uint32_t listener) {
  TENON_ASSERT(state_ == State::Serving);
  send(ListenerLostMessage{listener});
}

std::string ChildHandshake::take_output() {
  return std::exchange(output_, {});
}

std::optional<DrainMessage> ChildHandshake::take_drain() {
  return std::exchange(drain_, std::nullopt);
}

std::vector<ListenerMessage> ChildHandshake::take_replacements() {
  return std::exchange(replacements_, {});
}

std::optional<LogMessage> ChildHandshake::take_log() {
  return std::exchange(log_, std::nullopt);
}

void ChildHandshake::on_frame(const Frame& frame) {
  Result<Message> message = decode_message(frame);
  if (!message) return refuse_message(frame.sequence, message.error().text());
  const bool starts = std::holds_alternative<StartMessage>(*message);
  const std::string refusal = accept(std::move(*message));
  if (!refusal.empty()) return refuse_message(frame.sequence, refusal);
  if (!starts) return send(AckMessage{frame.sequence});
  start_sequence_ = frame.sequence;
  state_ = State::Loading;
}

std::string ChildHandshake::accept(Message&& message) {
  if (auto* drain = std::get_if<DrainMessage>(&message)) {
    if (state_ != State::Serving) return "DRAIN before READY";
    drain_ = *drain;
    return {};
  }
  if (auto* full = std::get_if<SnapshotMessage>(&message); full && state_ == State::Waiting) {
    received_.snapshot = std::move(full->bytes);
    state_ = State::Loading;
    return {};
  }
  if (auto* listener = std::get_if<ListenerMessage>(&message);
      listener && state_ == State::Serving) {
    return accept_replacement(std::move(*listener));
  }
  if (auto* log = std::get_if<LogMessage>(&message); log && state_ == State::Serving) {
    log_ = *log;
    return {};
  }
  if (state_ != State::Collecting) return "only DRAIN, LISTENER and LOG may follow START";
  if (auto* snapshot = std::get_if<SnapshotMessage>(&message)) {
    received_.snapshot = std::move(snapshot->bytes);
    has_snapshot_ = true;
  } else if (auto* generation = std::get_if<GenerationMessage>(&message)) {
    received_.generation = generation->generation;
    has_generation_ = true;
  } else if (auto* section = std::get_if<SectionMessage>(&message)) {
    received_.section = *section;
    has_section_ = true;
  } else if (auto* listener = std::get_if<ListenerMessage>(&message)) {
    if (received_.listeners.size() == kListenersMax) return "too many listeners";
    received_.listeners.push_back(std::move(*listener));
  } else if (auto* log = std::get_if<LogMessage>(&message)) {
    received_.log_file = log->handle;
  } else if (std::holds_alternative<StartMessage>(message)) {
    return accept_start();
  } else {
    return "a message that only a child may send";
  }
  return {};
}

std::string ChildHandshake::accept_replacement(ListenerMessage&& listener) {
  if (replacements_.size() == kListenersMax) return "too many listeners";
  replacements_.push_back(std::move(listener));
  return {};
}

std::string ChildHandshake::accept_start() {
  if (!has_snapshot_) return "START before SNAPSHOT";
  if (!has_generation_) return "START before GENERATION";
  if (!has_section_) return "START before SECTION";
  return {};
}

void ChildHandshake::send(const Message& message) {
  output_ += encode_message(++sent_, message);
}

void ChildHandshake::refuse_message(std::uint32_t sequence, const std::string& why) {
  state_ = State::Refused;
  why_ = why;
  send(RefusedMessage{sequence, why});
}

}  // namespace tenon::mpm
