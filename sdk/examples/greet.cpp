// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/module.hpp>

struct Greet {
  tenon::Verdict handle(tenon::Request& request) const {
    return request.text(200, "Hello, " + std::string(request.peer()) + "!\n");
  }
};

TENON_MODULE(Greet, "greet", "com.example.greet", "1.0.0")
