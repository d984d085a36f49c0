// SPDX-License-Identifier: Apache-2.0
// Sends a request's body back while it arrives: of any size, and in little memory. Whoever is the
// slower one, the client that sends or the one that reads, sets the pace.
#include <tenon/cpp/module.hpp>

class EchoStream {
 public:
  tenon::Verdict handle(tenon::Request& request) const {
    const auto type = request.header("content-type").value_or("application/octet-stream");
    const bool started =
        request.start(200, {tenon::field("Content-Type", type)}, request.info().content_length);
    return started ? copy(request) : tenon::Verdict::Failed;
  }

  // As far as it goes now; called again when there is more to do.
  tenon::Verdict copy(tenon::Request& request) const {
    for (;;) {
      const tenon::BodyPart part = request.peek_body();
      if (part.at_end()) return request.finish(request.trailers());
      if (part.must_wait()) return request.wait_for_body<&EchoStream::copy>();
      if (part.failed()) return tenon::Verdict::Failed;
      const tenon::Flow flow = request.write(part.bytes);
      request.consume_body(part.bytes.size());
      if (flow == tenon::Flow::Wait) return request.wait_for_room<&EchoStream::copy>();
      if (flow == tenon::Flow::Stop) return tenon::Verdict::Failed;
    }
  }
};

TENON_MODULE(EchoStream, "echo_stream", "com.example.echo_stream", "1.0.0")
