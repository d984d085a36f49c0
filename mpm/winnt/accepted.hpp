// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// A connection on its way from the acceptor to an I/O thread.
struct Accepted {
  UniqueSocket socket;
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

// Whoever gives an acceptor another socket for the one that it lost. [any]
class ListenerSource {
 public:
  // Asks for it; the answer is Serving::replace(), later or never.
  virtual void lost(std::uint32_t listener) = 0;

 protected:
  ~ListenerSource() = default;
};

tenon_endpoint to_endpoint(const sockaddr* address);

}  // namespace tenon::mpm
