// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "event/listener.hpp"
#include "event/serving.hpp"
#include "tests/support/tcp_client.hpp"

// What the tests that both MPMs share have to know of mpm_event.
namespace tenon::mpm {

struct NetworkScope {
  NetworkScope() {}  // nothing to start, unlike Winsock
};

inline Settings& common_settings(Serving::Setup& setup) {
  return setup.settings;
}

inline void serve_on(Serving& serving, Listener listener) {
  serving.listen(std::move(listener.socket), 0);
}

inline bool was_reset(support::TcpClient& client) {
  return client.failed();
}

}  // namespace tenon::mpm
