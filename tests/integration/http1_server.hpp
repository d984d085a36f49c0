// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::http1 {

// The real server with the site of tests/http1 and these lines in [server], shared by its tests.
inline support::Served& serve(const std::string& lines) {
  support::TestConfig config;
  config.modules = {support::target_path(support::test_module("http1"))};
  config.server = lines;
  config.htdocs = false;
  config.route("/get", "http1", "methods = [\"GET\"]");
  config.route("/own", "http1", "methods = [\"PROPFIND\", \"TRACE\"]");
  for (const char* const path : {"/", "/say", "/echo", "/stream", "/sized", "/status/*"}) {
    config.route(path, "http1");
  }
  return support::Served::shared("http1 " + lines, config);
}

}  // namespace tenon::http1
