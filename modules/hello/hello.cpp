// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <tuple>
#include <utility>

#include <tenon/cpp/module.hpp>

namespace {

// Says a greeting: the smallest module that has an option.
class Hello {
 public:
  struct Config {
    std::string greeting;
  };
  static constexpr auto options = std::tuple{tenon::option(
      "greeting", &Config::greeting, "The text of the answer.", "\"Hello from Tenon\""
  )};
  static constexpr const char* summary = "answers with a greeting (an example in C++)";

  explicit Hello(Config config) : line_(std::move(config.greeting) + "\n") {}

  tenon::Verdict handle(tenon::Request& request) const { return request.text(200, line_); }

 private:
  std::string line_;
};

}  // namespace

TENON_MODULE(Hello, "hello", "org.tenon.hello", TENON_VERSION)
