// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "common/request.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

// Signals as requests, with httpd's meaning: INT and TERM stop (a second one at once), WINCH stops
// gracefully, HUP and USR1 reload. While one of these lives they are blocked in the thread that
// made it and in those that it starts, and SIGPIPE is ignored.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable when something was asked for.
  int fd() const { return fd_.get(); }
  // What was asked for since.
  std::vector<Request> take() const;

 private:
  UniqueFd fd_;
};

}  // namespace tenon::mpm
