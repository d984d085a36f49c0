// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "tests/support/tcp_client.hpp"
#include "winnt/listener.hpp"
#include "winnt/serving.hpp"
#include "winnt/win32.hpp"

// What the tests that both MPMs share have to know of mpm_winnt.
namespace tenon::mpm {

using NetworkScope = WinsockScope;

inline Settings& common_settings(Serving::Setup& setup) {
  return setup.settings.common;
}

inline void serve_on(Serving& serving, Listener listener) {
  serving.listen(std::move(listener.socket), 0, 4);
}

// After a mere end the first send would still be taken. (Under Wine a reset can read as an end.)
inline bool was_reset(support::TcpClient& client) {
  return !client.send("y");
}

}  // namespace tenon::mpm
