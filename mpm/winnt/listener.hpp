// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include <tenon/mpm.h>

#include "common/plan.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

struct Listener {
  UniqueSocket socket;
  std::uint16_t port = 0;  // the real one, also where the configuration says 0
};

// Binds and listens. The error's context is a whole sentence for the operator.
Result<Listener> open_listener(const tenon_listener& listener, std::uint32_t backlog);
Result<Listener> open_listener(
    const tenon_listener& listener, std::uint32_t backlog, ListenTrouble& trouble
);

// Whether the socket still listens; a handle may die under us, by a network filter for instance.
bool is_alive(SOCKET socket);

// What WSADuplicateSocketW gives for the process, as the payload of a LISTENER message.
Result<std::string> share_listener(SOCKET socket, DWORD process_id);
// The same, but opens the address again, on the same port, if our own socket is dead. The error's
// context is a whole sentence for the operator.
Result<std::string> share_again(
    Listener& ours, const tenon_listener& listener, std::uint32_t backlog, DWORD process_id
);
// The other end of both.
Result<UniqueSocket> receive_listener(const std::string& payload);

}  // namespace tenon::mpm
