// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "common/deadlines.hpp"

namespace tenon::mpm {

// What an I/O thread has in its epoll set, and wakes at its deadline.
class Watched : public Deadline {
 public:
  virtual void on_ready(std::uint32_t events) = 0;
  virtual void on_deadline() = 0;

 protected:
  ~Watched() = default;
};

}  // namespace tenon::mpm
