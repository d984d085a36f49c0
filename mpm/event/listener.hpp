// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include <tenon/mpm.h>

#include "common/plan.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

struct Listener {
  UniqueFd socket;
  std::uint16_t port = 0;  // the real one, also where the configuration says 0
};

// Binds and listens, without blocking. The error's context is a whole sentence for the operator.
Result<Listener> open_listener(const tenon_listener& listener, std::uint32_t backlog);
Result<Listener> open_listener(
    const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble
);

// What every listener does last: sets what accepted sockets inherit, and listens.
bool begin_listening(int socket, std::uint32_t backlog);

// The number of an inherited descriptor, as the payload of a LISTENER message.
std::string share_listener(int socket);
// The other end of it.
Result<UniqueFd> receive_listener(const std::string& payload);

}  // namespace tenon::mpm
