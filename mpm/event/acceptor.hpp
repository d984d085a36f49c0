// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <thread>

#include <tenon/mpm.h>

#include "event/accepted.hpp"
#include "event/connection_limit.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

// One thread that accepts the connections of one listener and hands them over.
//
// The listener is shared with other processes (the control process holds it, and so may the child
// before or after this one), so a connection that poll() announces may be gone when we accept.
class Acceptor {
 public:
  static constexpr std::uint64_t kPauseMsMin = 100;
  static constexpr std::uint64_t kPauseMsMax = 1000;

  struct Setup {
    const tenon_child_host* host = nullptr;
    Adopter* adopter = nullptr;
    ConnectionLimit* limit = nullptr;
    tenon_listener_slot* slot = nullptr;
    std::uint32_t listener = 0;  // index in the configuration
    std::uint32_t backlog = 511;
  };

  // The listener must be non-blocking.
  Acceptor(const Setup& setup, UniqueFd listener);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  // [any] What was queued is still accepted; nothing after join().
  void begin_stop();
  void join();

 private:
  enum class Taken { One, None, Failed };

  void run();
  void wait();
  void accept_ready();
  void accept_queued();
  // The caller has taken a place in the limit; it is given back if there was nothing to accept.
  Taken accept_one();
  Taken fail_accept(int code);
  void set_paused(bool paused);

  const Setup setup_;
  UniqueFd listener_;
  const Flag flag_;  // there is room again, or we are to stop
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
  bool paused_ = false;         // at max_connections
  std::uint64_t pause_ms_ = 0;  // the last pause after a fault; 0: all is well
};

}  // namespace tenon::mpm
