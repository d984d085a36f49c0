// SPDX-License-Identifier: Apache-2.0
// Counts what is uploaded: bytes and trailer fields, for the client and for the metrics.
#include <string>

#include <tenon/cpp/module.hpp>

class UploadCount {
 public:
  tenon::Verdict handle(tenon::Request& request) const {
    if (request.make_context<Upload>() == nullptr) return request.fail("no memory is left");
    return count(request);
  }

  tenon::Verdict count(tenon::Request& request) const {
    Upload& upload = *request.context<Upload>();
    for (;;) {
      const tenon::BodyPart part = request.peek_body();
      if (part.at_end()) return report(request, upload);
      if (part.must_wait()) return request.wait_for_body<&UploadCount::count>();
      if (part.failed()) return tenon::Verdict::Failed;  // the server answers 400, 408 or 413
      upload.bytes += part.bytes.size();
      request.consume_body(part.bytes.size());
    }
  }

 private:
  struct Upload {
    uint64_t bytes = 0;
  };

  tenon::Verdict report(tenon::Request& request, const Upload& upload) const {
    const size_t trailers = request.trailers().size();
    received_.add(static_cast<double>(upload.bytes));
    sizes_.observe(static_cast<double>(upload.bytes));
    uploads_.with({trailers == 0 ? "no" : "yes"}).add();
    return request.text(
        200,
        std::to_string(upload.bytes) + " bytes, " + std::to_string(trailers) + " trailer fields\n"
    );
  }

  static constexpr double kSizes[] = {1024, 1024 * 1024};
  tenon::Counter received_{
      {.name = "received", .unit = "bytes", .help = "Bytes of bodies that came whole."}};
  tenon::Histogram sizes_{
      {.name = "size", .unit = "bytes", .help = "Sizes of uploads.", .bounds = kSizes}};
  tenon::Labelled<tenon::Counter, 1> uploads_{
      {.name = "uploads", .help = "Uploads that came whole."}, {"trailers"}};
};

TENON_MODULE(UploadCount, "upload_count", "com.example.upload_count", "1.0.0")
