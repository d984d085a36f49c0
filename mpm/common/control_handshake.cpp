// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "common/handshake.hpp"

namespace tenon::mpm {

ControlHandshake::ControlHandshake(std::vector<Message> messages) : messages_(std::move(messages)) {
  TENON_ASSERT(!messages_.empty());
  TENON_ASSERT(std::holds_alternative<StartMessage>(messages_.back()));
  for (const Message& message : messages_) {
    if (std::holds_alternative<ListenerMessage>(message)) ++n_listeners_;
  }
  send_next();
}

void ControlHandshake::feed(std::string_view bytes) {
  decoder_.feed(bytes);
  while (state_ == State::Talking || state_ == State::Ready) {
    Result<std::optional<Frame>> frame = decoder_.next();
    if (!frame) return give_up(State::Broken, frame.error().text());
    if (!*frame) return;
    Result<Message> message = decode_message(**frame);
    if (!message) return give_up(State::Broken, message.error().text());
    on_message(std::move(*message));
  }
}

void ControlHandshake::end_of_input() {
  if (state_ == State::Talking) {
    give_up(State::Broken, "the child ended before it was ready");
  } else if (state_ == State::Ready) {
    give_up(State::Broken, "the child closed its channel");
  }
}

std::optional<std::string> ControlHandshake::take_wanted() {
  if (files_ != Files::Asked || state_ != State::Talking) return std::nullopt;
  files_ = Files::Taken;
  return std::move(wanted_);
}

void ControlHandshake::answer_wanted(std::string snapshot) {
  TENON_ASSERT(files_ == Files::Taken);
  files_ = Files::Sent;
  if (state_ == State::Talking) send(SnapshotMessage{std::move(snapshot)});
}

void ControlHandshake::refuse_wanted(std::string why) {
  TENON_ASSERT(files_ == Files::Taken);
  if (state_ == State::Talking) give_up(State::Broken, std::move(why));
}

void ControlHandshake::drain(const DrainMessage& message) {
  TENON_ASSERT(state_ == State::Ready);
  send(message);
}

std::vector<std::uint32_t> ControlHandshake::take_lost() {
  return std::exchange(lost_, {});
}

void ControlHandshake::replace(ListenerMessage listener) {
  TENON_ASSERT(state_ == State::Ready);
  send(std::move(listener));
}

void ControlHandshake::change_log(const LogMessage& log) {
  TENON_ASSERT(state_ == State::Ready);
  send(log);
}

std::string ControlHandshake::take_output() {
  return std::exchange(output_, {});
}

void ControlHandshake::on_message(Message&& message) {
  const bool start_is_out = sent_ >= messages_.size();
  if (const auto* refused = std::get_if<RefusedMessage>(&message)) {
    return give_up(State::Refused, refused->diagnostics);
  }
  if (auto* wanted = std::get_if<WantedMessage>(&message)) return on_wanted(std::move(*wanted));
  if (std::holds_alternative<ReadyMessage>(message)) {
    const bool waits = files_ != Files::NotAsked && files_ != Files::There;
    if (!start_is_out || waits) {
      const char* before = start_is_out ? "it had what it wants" : "START";
      return give_up(State::Broken, std::string("the child said READY before ") + before);
    }
    state_ = State::Ready;
    acknowledged_ = sent_;
    return;
  }
  if (const auto* lost = std::get_if<ListenerLostMessage>(&message)) return on_lost(lost->index);
  if (const auto* ack = std::get_if<AckMessage>(&message)) return on_ack(*ack);
  give_up(State::Broken, "the child gave an unexpected answer");
}

void ControlHandshake::on_ack(const AckMessage& message) {
  const bool ready = state_ == State::Ready;
  // A child that is ready may have several messages to answer.
  const std::size_t expected = ready ? acknowledged_ + 1 : sent_;
  if (message.sequence != expected || expected > sent_) {
    return give_up(State::Broken, "the child gave an unexpected answer");
  }
  if (ready) {
    acknowledged_ = expected;  // and that is all
  } else if (files_ == Files::Sent) {
    files_ = Files::There;
  } else {
    send_next();
  }
}

void ControlHandshake::on_lost(std::uint32_t index) {
  if (state_ != State::Ready || index >= n_listeners_) {
    return give_up(State::Broken, "the child lost a listener that it does not have");
  }
  if (std::find(lost_.begin(), lost_.end(), index) == lost_.end()) lost_.push_back(index);
}

void ControlHandshake::on_wanted(WantedMessage&& message) {
  const bool loading = state_ == State::Talking && sent_ == messages_.size();
  if (!loading || files_ != Files::NotAsked) {
    return give_up(
        State::Broken, "the child may want something only once, between START and READY"
    );
  }
  files_ = Files::Asked;
  wanted_ = std::move(message.bytes);
}

void ControlHandshake::send(const Message& message) {
  output_ += encode_message(static_cast<std::uint32_t>(++sent_), message);
}

void ControlHandshake::send_next() {
  if (sent_ >= messages_.size()) {
    return give_up(State::Broken, "the child acknowledged START instead of saying READY");
  }
  send(messages_[sent_]);
}

void ControlHandshake::give_up(State state, std::string why) {
  state_ = state;
  why_ = std::move(why);
}

}  // namespace tenon::mpm
