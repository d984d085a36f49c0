// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "event/posix.hpp"

namespace tenon::mpm {

// SIGINT and SIGTERM as something to wait for. While one of these lives they are blocked in the
// thread that made it and in those that it starts, and SIGPIPE is ignored.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable when a stop was asked for.
  int fd() const { return fd_.get(); }
  // Takes the request away, so that a second one can be waited for.
  void take() const;

 private:
  UniqueFd fd_;
};

}  // namespace tenon::mpm
