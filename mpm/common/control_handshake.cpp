// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "common/handshake.hpp"

namespace tenon::mpm {

ControlHandshake::ControlHandshake(std::vector<Message> messages) : messages_(std::move(messages)) {
  TENON_ASSERT(!messages_.empty());
  TENON_ASSERT(std::holds_alternative<StartMessage>(messages_.back()));
  send_next();
}

void ControlHandshake::feed(std::string_view bytes) {
  decoder_.feed(bytes);
  while (state_ == State::Talking || state_ == State::Ready) {
    Result<std::optional<Frame>> frame = decoder_.next();
    if (!frame) return give_up(State::Broken, frame.error().text());
    if (!*frame) return;
    const Result<Message> message = decode_message(**frame);
    if (!message) return give_up(State::Broken, message.error().text());
    on_message(*message);
  }
}

void ControlHandshake::end_of_input() {
  if (state_ == State::Talking) {
    give_up(State::Broken, "the child ended before it was ready");
  } else if (state_ == State::Ready) {
    give_up(State::Broken, "the child closed its channel");
  }
}

void ControlHandshake::drain(const DrainMessage& message) {
  TENON_ASSERT(state_ == State::Ready);
  output_ += encode_message(static_cast<std::uint32_t>(++sent_), message);
}

std::string ControlHandshake::take_output() {
  return std::exchange(output_, {});
}

void ControlHandshake::on_message(const Message& message) {
  const bool start_is_out = sent_ >= messages_.size();
  if (const auto* refused = std::get_if<RefusedMessage>(&message)) {
    return give_up(State::Refused, refused->diagnostics);
  }
  if (std::holds_alternative<ReadyMessage>(message)) {
    if (!start_is_out) return give_up(State::Broken, "the child said READY before START");
    state_ = State::Ready;
    return;
  }
  const auto* ack = std::get_if<AckMessage>(&message);
  if (ack == nullptr || ack->sequence != sent_) {
    return give_up(State::Broken, "the child gave an unexpected answer");
  }
  // The answer to DRAIN asks for nothing more.
  if (state_ == State::Talking) send_next();
}

void ControlHandshake::send_next() {
  if (sent_ == messages_.size()) {
    return give_up(State::Broken, "the child acknowledged START instead of saying READY");
  }
  output_ += encode_message(static_cast<std::uint32_t>(sent_ + 1), messages_[sent_]);
  ++sent_;
}

void ControlHandshake::give_up(State state, std::string why) {
  state_ = state;
  why_ = std::move(why);
}

}  // namespace tenon::mpm
