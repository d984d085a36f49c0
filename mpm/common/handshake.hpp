// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/frame.hpp"
#include "common/messages.hpp"

namespace tenon::mpm {

// Both ends of the conversation between control process and child, without any I/O: feed() takes
// what was read from the pipe, take_output() gives what has to be written to it. Used by one
// thread.

// The control process' end for one child. Messages go out one at a time, each after the answer to
// the one before; the last one must be START.
class ControlHandshake {
 public:
  enum class State {
    Talking,  // messages or answers are still to come
    Ready,    // the child serves
    Refused,  // the child said no; why() has its diagnostics
    Broken,   // the channel ended early or made no sense; why() has a sentence
  };

  explicit ControlHandshake(std::vector<Message> messages);

  void feed(std::string_view bytes);
  // The child closed its end.
  void end_of_input();
  // Asks the child to end. REQUIRES: state() is Ready.
  void drain(const DrainMessage& message);

  State state() const { return state_; }
  const std::string& why() const { return why_; }
  std::string take_output();

 private:
  void on_message(const Message& message);
  void send_next();
  void give_up(State state, std::string why);

  std::vector<Message> messages_;
  std::size_t sent_ = 0;  // messages; the sequence of the last one as well
  State state_ = State::Talking;
  FrameDecoder decoder_;
  std::string output_;
  std::string why_;
};

// The child's end. Everything up to START is collected and acknowledged; then the child loads and
// says ready() or refuse(); after that only DRAIN comes.
class ChildHandshake {
 public:
  enum class State {
    Collecting,
    Loading,  // START came: call ready() or refuse()
    Serving,
    Refused,  // we refused, or the control process made no sense; why() has a sentence
    Ended,    // the control process closed its end
  };

  struct Received {
    std::string snapshot;
    std::uint32_t generation = 0;
    SectionMessage section;
    std::vector<ListenerMessage> listeners;
    std::int64_t log_file = -1;
  };

  void feed(std::string_view bytes);
  void end_of_input();
  void ready();                                 // REQUIRES: state() is Loading
  void refuse(const std::string& diagnostics);  // REQUIRES: state() is Loading

  State state() const { return state_; }
  const std::string& why() const { return why_; }
  Received& received() { return received_; }
  std::string take_output();
  // The DRAIN that came last and was not taken yet.
  std::optional<DrainMessage> take_drain();

 private:
  void on_frame(const Frame& frame);
  // The sentence of a refusal; empty: accepted.
  std::string accept(Message&& message);
  std::string accept_start();
  void send(const Message& message);
  void refuse_message(std::uint32_t sequence, const std::string& why);

  Received received_;
  bool has_snapshot_ = false;
  bool has_generation_ = false;
  bool has_section_ = false;
  std::uint32_t start_sequence_ = 0;
  std::uint32_t sent_ = 0;
  State state_ = State::Collecting;
  FrameDecoder decoder_;
  std::string output_;
  std::string why_;
  std::optional<DrainMessage> drain_;
};

}  // namespace tenon::mpm
