// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <tenon/cpp/module.hpp>
#include <tenon/status.h>

#include "report.hpp"

namespace tenon::status {
namespace {

// Tells how the server is, as text or JSON. Reads shared counters only, so it never blocks.
class Status {
 public:
  static constexpr const char* needs[] = {TENON_STATUS_ID, nullptr};
  static constexpr const char* summary = "tells how the server is";

  Verdict handle(Request& request) const {
    if (request.method() != "GET" && request.method() != "HEAD") {
      return request.method_not_allowed("GET, HEAD");
    }
    Report report;
    if (!fill(report)) return request.fail("the server doesn't tell its status");
    const bool json = wants_json(request.query(), request.header("accept").value_or(""));
    return request.respond(
        200,
        {field("Content-Type", json ? "application/json" : "text/plain; charset=utf-8"),
         field("Cache-Control", "no-store"),
         field("Vary", "Accept")},
        json ? as_json(report) : as_text(report)
    );
  }

 private:
  static bool fill(Report& report) {
    static const auto* const api = query<tenon_status_api>(TENON_STATUS_ID);
    if (api == nullptr) return false;
    report.server.struct_size = sizeof report.server;
    if (api->server(loaded.self, &report.server) != TENON_OK) return false;
    for (uint32_t i = 0; i < report.server.n_listeners; ++i) {
      tenon_listener_slot slot{};
      if (api->listener(loaded.self, i, &slot) == TENON_OK) report.listeners.push_back(slot);
    }
    return true;
  }
};

}  // namespace
}  // namespace tenon::status

TENON_MODULE(tenon::status::Status, "status", "org.tenon.status", TENON_VERSION)
