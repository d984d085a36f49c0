// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include <sys/socket.h>

#include "event/posix.hpp"

namespace tenon::mpm {

// A connection on its way to its I/O thread.
struct Accepted {
  UniqueFd socket;
  std::uint32_t listener = 0;
  tenon_endpoint peer{};
  tenon_endpoint local{};
};

// Whoever takes accepted connections over. [any]
class Adopter {
 public:
  virtual void adopt(Accepted accepted) = 0;

 protected:
  ~Adopter() = default;
};

tenon_endpoint to_endpoint(const sockaddr_storage& address);

}  // namespace tenon::mpm
