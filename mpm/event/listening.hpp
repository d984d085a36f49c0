// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include <tenon/mpm.h>

#include "event/accepted.hpp"
#include "event/connection_limit.hpp"
#include "event/posix.hpp"
#include "event/watched.hpp"

namespace tenon::mpm {

// One listener of the child, from which all its I/O threads accept. It is shared with other
// processes too (the control process holds it, and so may the child before or after this one), so
// a connection that epoll announces may be gone when we accept.
class Listening {
 public:
  enum class Taken { One, None, Failed };
  struct Setup {
    const tenon_child_host* host = nullptr;
    ConnectionLimit* limit = nullptr;
    tenon_listener_slot* slot = nullptr;
    std::uint32_t listener = 0;  // index in the configuration
    std::uint32_t backlog = 511;
  };

  // The listener must be non-blocking.
  Listening(const Setup& setup, UniqueFd listener);
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  // [any] Takes it into an epoll set, or out of it. Of all threads that wait the system wakes one
  // that is idle (EPOLLEXCLUSIVE). Nothing happens after stop().
  void watch(int epoll, Watched& target);
  void unwatch(int epoll);

  // [any] Takes a place in the limit for the connection. None, Failed: there is no connection.
  Taken accept(Accepted& accepted);
  // [any] Nobody accepts for now: the limit is reached, or the system lacks something.
  void set_paused(bool paused);
  ConnectionLimit& limit() { return *setup_.limit; }

  // The end: I/O threads accept no more. Everybody whom the system has let in already is handed
  // over, then the socket closes, whatever the threads are busy with.
  void stop(Adopter& adopter);

 private:
  Taken accept_one(Accepted& accepted);
  Taken fail_accept(int code);
  void leave_all_sets();

  const Setup setup_;
  UniqueFd listener_;
  const tenon_endpoint local_;
  const bool has_many_addresses_;  // of which `local_` says nothing; asking costs a call
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> faulty_ = false;  // has been reported
  std::mutex mutex_;                  // guards sets_, and what they hold
  std::vector<int> sets_;
};

}  // namespace tenon::mpm
