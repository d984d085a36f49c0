// SPDX-License-Identifier: Apache-2.0
#include "support/load.hpp"

#include <memory>
#include <utility>

namespace tenon::support {

Load::Load(uint16_t port, std::string target, int keep_alive_clients, int fresh_clients)
    : port_(port),
      target_(std::move(target)) {
  for (int i = 0; i < keep_alive_clients + fresh_clients; ++i)
    clients_.emplace_back([this, keeps_alive = i < keep_alive_clients] { run(keeps_alive); });
}

void Load::end() {
  over_ = true;
  for (std::thread& client : clients_)
    client.join();
  clients_.clear();
}

bool Load::wait_for_more(uint64_t count, Milliseconds time) const {
  const uint64_t wanted = answered_ + count;
  return poll_until([&] { return answered_ >= wanted; }, time);
}

void Load::run(bool keeps_alive) {
  std::unique_ptr<HttpConnection> connection;
  while (!over_) {
    if (!connection) connection = std::make_unique<HttpConnection>(port_);
    if (!connection->open()) {
      ++refused_;
      connection.reset();
      continue;
    }
    const Response answer = connection->request("GET", target_);
    ++(answer.status == 200 && answer.complete ? answered_ : failed_);
    const bool closes = answer.status == 0 || answer.field("Connection") == "close";
    if (!keeps_alive || closes) connection.reset();
  }
}

}  // namespace tenon::support
