// SPDX-License-Identifier: Apache-2.0
#include "support/served.hpp"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/environment.hpp"
#include "support/leftovers.hpp"

namespace tenon::support {

namespace {

using SharedServers = std::map<std::string, std::unique_ptr<Served>>;

SharedServers& shared_servers() {
  static SharedServers servers;
  return servers;
}

}  // namespace

Served::Served(const TestConfig& config, const Prepare& prepare) {
  if (prepare) prepare(sandbox_);
  server_ = ServerProcess::start(sandbox_, config.text());
  if (server_) port_ = server_->port();
}

Served::~Served() {
  if (!server_) return;
  EXPECT_TRUE(server_->stop()) << "the server does not stop\n" << server_->err();
  EXPECT_EQ(server_->control().exit_code(), 0) << server_->err();
  expect_nothing_left(sandbox_, {port_});
}

Served& Served::shared(const std::string& name, const TestConfig& config, const Prepare& prepare) {
  std::unique_ptr<Served>& served = shared_servers()[name];
  if (served && !served->up()) served.reset();
  if (!served) served = std::make_unique<Served>(config, prepare);
  return *served;
}

void Served::end_shared() {
  shared_servers().clear();
}

TestConfig usual_config() {
  TestConfig config;
  config.modules.push_back(target_path(test_module("echo")));
  config.route("/status", "status").route("/hello", "hello").route("/hello_c", "hello_c");
  config.route("/echo", "echo", "methods = [\"POST\"]");
  // A site without a route for every path.
  config.more =
      "[[site]]\nhosts = [\"only-echo.test\"]\n"
      "[[site.route]]\npath = \"/echo\"\nmethods = [\"POST\"]\nhandler = \"echo\"\n";
  return config;
}

Served& usual_server() {
  return Served::shared("usual", usual_config());
}

nlohmann::json status_of(uint16_t port) {
  const Response answer = get(port, "/status?format=json");
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

bool is_idle(uint16_t port) {
  const nlohmann::json json = status_of(port);
  return json["connections_open"] == 1 && json["requests_active"] == 1;
}

}  // namespace tenon::support
