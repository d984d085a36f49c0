// SPDX-License-Identifier: Apache-2.0
// Two ways to do what blocks: a hook that runs on a pool thread, and a piece of work for one.
// Counts the primes below ?N, unless the file that closes the service is there.
#include <charconv>
#include <filesystem>
#include <string>

#include <tenon/cpp/module.hpp>

class Worker {
 public:
  struct Config {
    tenon::Path closed;
  };
  static constexpr auto options = std::tuple{
      tenon::option("closed", &Config::closed, "While this file exists, nothing is counted.")
          .required()};
  explicit Worker(Config config) : config_(std::move(config)) {}

  // Looking for a file may take its time: this hook runs on a pool thread.
  static constexpr int32_t run_access = TENON_RUN_POOL;
  tenon::Verdict access(tenon::Request& request) const {
    std::error_code ignored;
    const auto* name = reinterpret_cast<const char8_t*>(config_.closed.text.c_str());
    if (!std::filesystem::exists(std::filesystem::path(name), ignored)) {
      return tenon::Verdict::Next;
    }
    return request.text(503, "Closed.\n");
  }

  // This one runs on an I/O thread, and leaves the work to the pool while the request waits.
  tenon::Verdict handle(tenon::Request& request) const {
    uint64_t limit = 0;
    const std::string_view query = request.query();
    std::from_chars(query.data(), query.data() + query.size(), limit);
    const bool taken = tenon::run_blocking([limit, ticket = request.suspend()]() mutable {
      uint64_t count = 0;
      for (uint64_t n = 2; n < limit && !ticket.cancelled(); ++n) {
        if (is_prime(n)) ++count;
      }
      ticket.resume([count](tenon::Request& later) {
        return later.text(200, std::to_string(count) + " primes\n");
      });
    });
    return taken ? tenon::Verdict::Pending : request.text(503, "All threads are busy.\n");
  }

 private:
  static bool is_prime(uint64_t n) {
    for (uint64_t divisor = 2; divisor * divisor <= n; ++divisor) {
      if (n % divisor == 0) return false;
    }
    return true;
  }

  Config config_;
};

TENON_MODULE(Worker, "worker", "com.example.worker", "1.0.0")
