// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstring>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "http/response.hpp"
#include "http/status_text.hpp"

namespace tenon::http {
namespace {

// Writes into memory that was measured before; the assertion proves the measure.
class Writer {
 public:
  Writer(char* begin, size_t size) : begin_(begin), next_(begin), end_(begin + size) {}

  void text(std::string_view text) {
    TENON_ASSERT(text.size() <= static_cast<size_t>(end_ - next_));
    if (!text.empty()) std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
  }
  void status(int status) {
    const char digits[] = {
        static_cast<char>('0' + status / 100),
        static_cast<char>('0' + status / 10 % 10),
        static_cast<char>('0' + status % 10),
        ' '};
    text({digits, sizeof digits});
  }
  void number(uint64_t value) {
    const auto result = std::to_chars(next_, end_, value);
    TENON_ASSERT(result.ec == std::errc());
    next_ = result.ptr;
  }
  void field(std::string_view name, std::string_view value) {
    text(name);
    text(": ");
    text(value);
    text("\r\n");
  }
  std::string_view written() const { return {begin_, static_cast<size_t>(next_ - begin_)}; }

 private:
  char* begin_;
  char* next_;
  char* end_;
};

// Status line, our own fields and the empty line, at their longest; without phrase, date, server.
constexpr size_t kFixedBytes = 160;

size_t head_bytes_max(const Response& response, const HeadExtras& extras) {
  return kFixedBytes + status_text(response.status()).size() + extras.date.size() +
         extras.server.size() + response.fields.bytes();
}

}  // namespace

std::string_view write_response_head(
    const Response& response, const HeadExtras& extras, Arena& arena
) {
  const size_t size = head_bytes_max(response, extras);
  char* const bytes = arena.allocate_text(size);
  if (bytes == nullptr) return {};
  Writer out(bytes, size);
  out.text("HTTP/1.1 ");  // RFC 9110 §6.2: our version, whatever the client's is.
  out.status(response.status());
  out.text(status_text(response.status()));
  out.text("\r\n");
  out.field("Date", extras.date);
  if (!extras.server.empty() && response.fields.find("server") == nullptr) {
    out.field("Server", extras.server);
  }
  for (size_t i = 0; i < response.fields.size(); ++i) {
    out.text(FieldList::line(response.fields.data()[i]));
  }
  if (extras.framing == HeadExtras::Framing::Length) {
    out.text("Content-Length: ");
    out.number(extras.content_length);
    out.text("\r\n");
  } else if (extras.framing == HeadExtras::Framing::Chunked) {
    out.field("Transfer-Encoding", "chunked");
  }
  if (extras.connection == HeadExtras::Connection::Close) out.field("Connection", "close");
  if (extras.connection == HeadExtras::Connection::KeepAlive) out.field("Connection", "keep-alive");
  out.text("\r\n");
  return out.written();
}

}  // namespace tenon::http
