// SPDX-License-Identifier: Apache-2.0
// Writes a line about each request to the server's log, where a route, a site or the top level has
// `access_lines = {}`.
#include <array>
#include <string>

#include <tenon/cpp/module.hpp>

class AccessLines {
 public:
  void log(tenon::Request& request) const {
    const tenon_answer_info answer = request.answer();
    const std::string status = std::to_string(answer.http_status);
    const std::string bytes = std::to_string(answer.body_bytes);
    const std::string micros = std::to_string(answer.duration_ns / 1000);
    const std::array fields = {
        tenon::field("peer", request.peer()),
        tenon::field("method", request.method()),
        tenon::field("target", tenon::view(request.info().target)),
        tenon::field("status", status),
        tenon::field("bytes", bytes),
        tenon::field("micros", micros),
        tenon::field("complete", answer.complete != 0 ? "yes" : "no"),
    };
    request.log(TENON_LOG_INFO, "answered", fields);
  }
};

TENON_MODULE(AccessLines, "access_lines", "com.example.access_lines", "1.0.0")
