// SPDX-License-Identifier: Apache-2.0
// Server-sent events: an answer without an end, which a browser reads by EventSource. A client that
// reads too slowly gets fewer events, and a server that wants to end is not held up.
#include <chrono>
#include <string>

#include <tenon/cpp/module.hpp>

class Events {
 public:
  struct Config {
    std::chrono::milliseconds every{};
  };
  static constexpr auto options =
      std::tuple{tenon::option("every", &Config::every, "How often an event is sent.", "\"1s\"")
                     .range(1e6, 60e9)};
  explicit Events(Config config) : config_(config) {}

  tenon::Verdict handle(tenon::Request& request) const {
    if (request.make_context<Stream>() == nullptr) return request.fail("no memory is left");
    const bool started = request.start(
        200,
        {tenon::field("Content-Type", "text/event-stream"),
         tenon::field("Cache-Control", "no-store")}
    );
    return started ? send(request) : tenon::Verdict::Failed;
  }

  tenon::Verdict send(tenon::Request& request) const {
    if (request.draining()) return request.finish();
    const uint64_t number = ++request.context<Stream>()->sent;
    switch (request.write("data: event " + std::to_string(number) + "\n\n")) {
      case tenon::Flow::Go:
        return wait(request);
      case tenon::Flow::Wait:
        return request.wait_for_room<&Events::wait>();
      default:
        return tenon::Verdict::Failed;  // nobody reads any more
    }
  }

  // Until the next event is due.
  tenon::Verdict wait(tenon::Request& request) const {
    const bool armed =
        tenon::call_after(config_.every, [this, ticket = request.suspend()]() mutable {
          ticket.resume([this](tenon::Request& later) { return send(later); });
        });
    return armed ? tenon::Verdict::Pending : request.fail("too many timers");
  }

 private:
  struct Stream {
    uint64_t sent = 0;
  };

  Config config_;
};

TENON_MODULE(Events, "events", "com.example.events", "1.0.0")
