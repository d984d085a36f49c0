// SPDX-License-Identifier: Apache-2.0
// Answers after a while, and blocks no thread meanwhile: thousands may wait at once.
#include <chrono>

#include <tenon/cpp/module.hpp>

class Delay {
 public:
  struct Config {
    std::chrono::milliseconds wait{};
  };
  static constexpr auto options = std::tuple{
      tenon::option("wait", &Config::wait, "How long to wait.", "\"1s\"").range(0, 60e9)};
  explicit Delay(Config config) : config_(config) {}

  tenon::Verdict handle(tenon::Request& request) const {
    // The timer holds the ticket; what it is resumed with runs in place of this function.
    const bool armed = tenon::call_after(config_.wait, [ticket = request.suspend()]() mutable {
      ticket.resume([](tenon::Request& later) { return later.text(200, "At last.\n"); });
    });
    return armed ? tenon::Verdict::Pending : request.text(503, "Too many wait already.\n");
  }

 private:
  Config config_;
};

TENON_MODULE(Delay, "delay", "com.example.delay", "1.0.0")
