// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "support/http.hpp"
#include "support/server_process.hpp"

namespace tenon::support {

// A running server with a sandbox of its own. At its end it is stopped and nothing may be left.
class Served {
 public:
  using Prepare = std::function<void(const Sandbox&)>;  // makes files before the start

  explicit Served(const TestConfig& config, const Prepare& prepare = {});
  ~Served();
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  const Sandbox& sandbox() const { return sandbox_; }
  bool up() const { return server_ != nullptr && server_->control().running(); }
  ServerProcess& server() const { return *server_; }
  uint16_t port() const { return port_; }

  // The server of that name, started when it is first asked for (and again if it died), shared by
  // all tests that leave it as it was, stopped and checked at the end of the test program.
  static Served& shared(
      const std::string& name, const TestConfig& config, const Prepare& prepare = {}
  );
  static void end_shared();

 private:
  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
  uint16_t port_ = 0;
};

// What most tests need: every shipped module, each with a route, htdocs behind them.
TestConfig usual_config();
Served& usual_server();

// What the module `status` says at /status; an empty object when it does not answer.
nlohmann::json status_of(uint16_t port);
// Whether nothing is open but the connection and the request that ask for the status.
bool is_idle(uint16_t port);

}  // namespace tenon::support
