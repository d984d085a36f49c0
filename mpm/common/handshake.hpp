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
  // What the child wants before it can load: to be answered. Taken once.
  std::optional<std::string> take_wanted();
  // The snapshot with what was wanted. REQUIRES: take_wanted() gave something.
  void answer_wanted(std::string snapshot);
  // What it wants cannot be had, for the reason that the sentence gives.
  void refuse_wanted(std::string why);
  // Asks the child to end. REQUIRES: state() is Ready.
  void drain(const DrainMessage& message);
  bool has_lost() const { return !lost_.empty(); }
  // The listeners that the child lost since the last call, each once.
  std::vector<std::uint32_t> take_lost();
  // Another socket for one of them. REQUIRES: state() is Ready.
  void replace(ListenerMessage listener);
  // The error log is another file. REQUIRES: state() is Ready.
  void change_log(const LogMessage& log);

  State state() const { return state_; }
  const std::string& why() const { return why_; }
  std::string take_output();

 private:
  enum class Files { NotAsked, Asked, Taken, Sent, There };

  void on_message(Message&& message);
  void on_wanted(WantedMessage&& message);
  void on_ack(const AckMessage& message);
  void on_lost(std::uint32_t index);
  void send(const Message& message);
  void send_next();
  void give_up(State state, std::string why);

  std::vector<Message> messages_;
  std::size_t sent_ = 0;          // messages; the sequence of the last one as well
  std::size_t acknowledged_ = 0;  // of those, once the child is ready
  std::size_t n_listeners_ = 0;
  State state_ = State::Talking;
  Files files_ = Files::NotAsked;
  std::string wanted_;
  std::vector<std::uint32_t> lost_;
  FrameDecoder decoder_;
  std::string output_;
  std::string why_;
};

// The child's end. Everything up to START is collected and acknowledged; then the child loads, may
// want() a fuller snapshot once, and says ready() or refuse(); after that DRAIN comes, and LISTENER
// for each one that was lost().
class ChildHandshake {
 public:
  enum class State {
    Collecting,
    Loading,  // START came: call want(), ready() or refuse()
    Waiting,  // for what it wants
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
  void want(std::string wanted);                // REQUIRES: state() is Loading; once
  void ready();                                 // REQUIRES: state() is Loading
  void refuse(const std::string& diagnostics);  // REQUIRES: state() is Loading
  void lost(std::uint32_t listener);            // REQUIRES: state() is Serving

  State state() const { return state_; }
  const std::string& why() const { return why_; }
  Received& received() { return received_; }
  std::string take_output();
  // The DRAIN that came last and was not taken yet.
  std::optional<DrainMessage> take_drain();
  // The sockets that came instead of lost ones and were not taken yet.
  std::vector<ListenerMessage> take_replacements();
  // The LOG that came last while serving and was not taken yet.
  std::optional<LogMessage> take_log();

 private:
  void on_frame(const Frame& frame);
  // The sentence of a refusal; empty: accepted.
  std::string accept(Message&& message);
  std::string accept_replacement(ListenerMessage&& listener);
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
  std::optional<LogMessage> log_;
  std::vector<ListenerMessage> replacements_;
};

}  // namespace tenon::mpm
