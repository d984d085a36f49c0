// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <tenon/host.h>

namespace tenon::sim {

// What a world's handlers hold, and what they have seen go wrong. All of it must be given back
// exactly once.
struct Ledger {
  // A ticket that some other thread has, as it were.
  struct Held {
    tenon_ticket* ticket;
    tenon_resume_fn fn;  // what it is resumed with
  };
  struct Logged {
    size_t times = 0;
    tenon_answer_info info{};
  };

  const tenon_host* host = nullptr;
  std::deque<Held> held;
  std::map<uint32_t, Logged> logged;  // by request id
  std::vector<tenon_req*> gone;       // handles of requests that are over
  size_t jobs = 0;                    // per-request objects that live
  size_t jobs_ever = 0;
  size_t rings = 0;   // data of resumed tickets that neither ran nor was dropped
  size_t dues = 0;    // memory lent to write() and not given back
  size_t states = 0;  // open filters
  std::vector<std::string> failures;

  void expect(bool fact, const std::string& otherwise) {
    if (!fact) failures.push_back(otherwise);
  }
};

}  // namespace tenon::sim
