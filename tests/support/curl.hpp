// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "support/http.hpp"

namespace tenon::support {

struct CurlResult {
  int exit_code = -1;  // curl's own: 0 done, 7 refused, 52 nothing came, 56 reset
  Response response;   // of the last request
};

// The same request by somebody else's client.
CurlResult curl(uint16_t port, const std::string& target, std::vector<std::string> options = {});

}  // namespace tenon::support
