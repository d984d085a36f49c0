// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include <tenon/cpp/module.hpp>
#include <tenon/status.h>

#include "format.hpp"
#include "html.hpp"
#include "prometheus.hpp"
#include "report.hpp"

namespace tenon::status {
namespace {

// Tells how the server is, and what its modules count. Reads shared counters only, so it never
// blocks.
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
    const Format format = choose_format(request.query(), request.header("accept").value_or(""));
    return request.respond(
        200,
        {field("Content-Type", type_of(format)),
         field("Cache-Control", "no-store"),
         field("Vary", "Accept"),
         field("X-Content-Type-Options", "nosniff"),
         field("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")},
        write(report, format)
    );
  }

 private:
  static std::string_view type_of(Format format) {
    switch (format) {
      case Format::Html:
        return "text/html; charset=utf-8";
      case Format::Json:
        return "application/json";
      case Format::Prometheus:
        return kPrometheusType;
      default:
        return "text/plain; charset=utf-8";
    }
  }

  static std::string write(const Report& report, Format format) {
    switch (format) {
      case Format::Html:
        return as_html(report);
      case Format::Json:
        return as_json(report);
      case Format::Prometheus:
        return as_prometheus(report);
      default:
        return as_text(report);
    }
  }

  static void TENON_CALL add(void* report, const tenon_metric_sample* sample) noexcept {
    static_cast<Report*>(report)->metrics.push_back(copy(*sample));
  }

  static bool fill(Report& report) {
    static const auto* const api = query<tenon_status_api>(TENON_STATUS_ID);
    if (api == nullptr) return false;
    report.server.struct_size = sizeof report.server;
    if (api->server(loaded.self, &report.server) != TENON_OK) return false;
    for (uint32_t i = 0; i < report.server.n_listeners; ++i) {
      tenon_listener_slot slot{};
      if (api->listener(loaded.self, i, &slot) == TENON_OK) report.listeners.push_back(slot);
    }
    for (uint32_t i = 0; i < report.server.n_modules; ++i) {
      tenon_module_counts counts{};
      counts.struct_size = sizeof counts;
      if (api->module(loaded.self, i, &counts) == TENON_OK) report.modules.push_back(counts);
    }
    return api->metrics(loaded.self, &add, &report) == TENON_OK;
  }
};

}  // namespace
}  // namespace tenon::status

TENON_MODULE(tenon::status::Status, "status", "org.tenon.status", TENON_VERSION)
