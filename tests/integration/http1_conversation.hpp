// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tests/http1/answer.hpp"

// A case with a real server, over a socket. For the integration tests alone.
namespace tenon::http1 {

// What a server did in one step.
struct Reaction {
  std::vector<Answer> answers;
  std::string rest;  // what is no answer, or more of them than expected
  bool closed = false;
  bool reset = false;  // instead of a graceful close
};

// Plays the case with a server on 127.0.0.1 and says what it did in each step; ends early when the
// connection does. Each answer has `answer_ms` to come, the close behind the last one `close_ms`.
std::vector<Reaction> converse(
    uint16_t port, const Case& test, uint64_t answer_ms, uint64_t close_ms
);

}  // namespace tenon::http1
