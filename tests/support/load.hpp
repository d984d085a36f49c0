// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "support/http.hpp"

namespace tenon::support {

// Clients that ask for a page again and again until they are told to end: some over one connection
// as long as the server keeps it, some over a new one each time. What they count are facts: every
// request that got no whole answer with status 200 has failed.
class Load {
 public:
  Load(uint16_t port, std::string target, int keep_alive_clients, int fresh_clients);
  ~Load() { end(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void end();  // and waits
  uint64_t answered() const { return answered_; }
  uint64_t refused() const { return refused_; }  // connections
  uint64_t failed() const { return failed_; }
  // Waits until that many more requests were answered.
  bool wait_for_more(uint64_t count, Milliseconds time = kPatience) const;

 private:
  void run(bool keeps_alive);

  const uint16_t port_;
  const std::string target_;
  std::atomic<bool> over_ = false;
  std::atomic<uint64_t> answered_ = 0, refused_ = 0, failed_ = 0;
  std::vector<std::thread> clients_;
};

}  // namespace tenon::support
