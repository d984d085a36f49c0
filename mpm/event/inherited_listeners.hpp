// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <tenon/mpm.h>

#include "event/listener.hpp"

namespace tenon::mpm {

// Sockets on which the service manager listens for us (sd_listen_fds(3)). They stay open as long
// as this object, so that a listener that a reload removes can come back.
class InheritedListeners {
 public:
  InheritedListeners() = default;
  // What LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES say, if they are meant for this process. Takes
  // the variables out of the environment, where children would find them.
  static InheritedListeners take();

  // A duplicate of the one with this address, made ready for us; none: there is none.
  std::optional<Result<Listener>> adopt(const tenon_listener& listener, std::uint32_t backlog);
  // A sentence on each that was never adopted.
  std::vector<std::string> left_over() const;

 private:
  struct Socket {
    UniqueFd fd;
    std::string name;  // the manager's
    bool listens = false;
    tenon_endpoint address{};  // of one that listens
    bool adopted = false;
  };
  std::vector<Socket> sockets_;
};

}  // namespace tenon::mpm
