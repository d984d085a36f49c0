// SPDX-License-Identifier: Apache-2.0
#include "integration/http1_conversation.hpp"

#include <thread>

#include "support/socket.hpp"

namespace tenon::http1 {
namespace {

using support::Milliseconds;
using support::Socket;

constexpr std::string_view kProbe = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

class Conversation {
 public:
  Conversation(Socket& socket, uint64_t answer_ms, uint64_t close_ms)
      : socket_(socket),
        answer_ms_(answer_ms),
        close_ms_(close_ms) {}

  Reaction play(const Step& step) {
    socket_.send(
        step.bytes, Milliseconds(answer_ms_)
    );  // A server that refuses may close before it has all.
    if (step.finish) socket_.shutdown_write();
    // Time is what such a step is about; what comes is for the next one to see.
    if (step.answers.empty() && !step.closes) pause(step.wait_ms);
    for (const Expected& expected : step.answers) {
      if (!read_answer(expected.to_head, step.wait_ms)) return std::move(reaction_);
    }
    if (step.closes) read_to_the_end(step.wait_ms);
    return std::move(reaction_);
  }
  // Whether the connection is open, and the next request is read as one.
  Reaction probe() {
    socket_.send(kProbe, Milliseconds(answer_ms_));
    read_answer(false, 0);
    return std::move(reaction_);
  }

 private:
  static void pause(uint64_t ms) { std::this_thread::sleep_for(Milliseconds(ms)); }

  bool receive(uint64_t wait_ms) {
    if (reaction_.closed) return false;
    const int got = socket_.receive(buffer_, Milliseconds(wait_ms));
    reaction_.closed = got == 0;
    return got > 0;
  }

  bool read_answer(bool to_head, uint64_t wait_ms) {
    for (;;) {
      std::string_view rest = buffer_;
      Answer answer;
      const Read read = take_answer(rest, to_head, reaction_.closed, answer);
      if (read == Read::Complete) {
        buffer_.erase(0, buffer_.size() - rest.size());
        reaction_.answers.push_back(std::move(answer));
        return true;
      }
      const bool was_closed = reaction_.closed;
      if (read == Read::More && receive(answer_ms_ + wait_ms)) continue;
      if (read == Read::More && reaction_.closed && !was_closed) continue;  // Perhaps it ends so.
      reaction_.rest = buffer_;
      return false;
    }
  }

  void read_to_the_end(uint64_t wait_ms) {
    while (receive(close_ms_ + wait_ms)) {
    }
    reaction_.reset = !reaction_.closed;
    reaction_.rest = buffer_;
  }

  Socket& socket_;
  const uint64_t answer_ms_;
  const uint64_t close_ms_;
  std::string buffer_;
  Reaction reaction_;
};

}  // namespace

std::vector<Reaction> converse(
    uint16_t port, const Case& test, uint64_t answer_ms, uint64_t close_ms
) {
  std::optional<Socket> socket = Socket::connect(port);
  if (!socket) return {};
  Conversation conversation(*socket, answer_ms, close_ms);
  std::vector<Reaction> reactions;
  for (const Step& step : test.steps) {
    reactions.push_back(conversation.play(step));
    if (reactions.back().closed || reactions.back().answers.size() != step.answers.size()) {
      return reactions;
    }
  }
  if (!test.steps.back().closes) reactions.push_back(conversation.probe());
  return reactions;
}

}  // namespace tenon::http1
