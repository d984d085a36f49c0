// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/http1/cases.hpp"

namespace tenon::http1 {

// An answer as a strict client reads it.
struct Answer {
  int status = 0;
  std::string version;
  std::vector<std::pair<std::string, std::string>> fields;  // trailer fields behind them
  std::string body;

  // The first field of that name, in any case; null: there is none.
  const std::string* field(std::string_view name) const;
};

enum class Read {
  Complete,
  More,      // it goes on in bytes that are not there yet
  Malformed  // it is no answer of HTTP/1.1
};

// Takes one answer off `bytes`. `to_head`: of a HEAD request. `at_end`: no more bytes will come, so
// that a body without a length is complete.
Read take_answer(std::string_view& bytes, bool to_head, bool at_end, Answer& out);

// What is wrong with the answer; "": nothing is.
std::string mismatch(const Expected& expected, const Answer& answer);
// The same, of what every answer must be whatever a case says. It is the answer `number`, from 0,
// of the step.
std::string misbehaviour(const Step& step, size_t number, const Answer& answer);

}  // namespace tenon::http1
