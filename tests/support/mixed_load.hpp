// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/http.hpp"
#include "support/sandbox.hpp"

namespace tenon::support {

// Clients that ask for everything that mixed_config() serves, in turn: answers of hooks, many small
// files, large ones, bodies that are kept whole and bodies that come back while they arrive, heads
// that need more memory; on connections that are kept and on fresh ones.
//
// Failing is allowed; two things are not: an answer that looks complete and is not the right one,
// and a request that gets neither an answer nor an end.
class MixedLoad {
 public:
  MixedLoad(uint16_t port, int clients);
  ~MixedLoad() { end(); }
  MixedLoad(const MixedLoad&) = delete;
  MixedLoad& operator=(const MixedLoad&) = delete;

  void end();  // and waits
  uint64_t answered() const { return answered_; }
  uint64_t failed() const { return failed_; }
  // The first wrong answer or stuck request; "": there was none. After end().
  const std::string& wrong() const { return wrong_; }

  // Every kind of request once, which must all succeed: what went wrong, or "".
  static std::string ask_for_all(uint16_t port);

 private:
  struct Wanted {
    std::string request;
    std::string body;  // of the right answer; "": any
  };
  static Wanted wanted(uint64_t turn);
  static constexpr uint64_t kKinds = 9;

  void run(uint64_t first_turn);
  void judge(const Response& answer, const Wanted& wanted, Milliseconds took);

  const uint16_t port_;
  std::atomic<bool> over_ = false;
  std::atomic<uint64_t> answered_ = 0, failed_ = 0;
  std::mutex mutex_;
  std::string wrong_;
  std::vector<std::thread> clients_;
};

TestConfig mixed_config();
// The files of it.
void make_mixed_files(const Sandbox& sandbox);

}  // namespace tenon::support
