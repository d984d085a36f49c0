// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.hpp"

#include <algorithm>
#include <cstring>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/words.hpp"
#include "http/grammar.hpp"
#include "http/url.hpp"

namespace tenon::http {
namespace {

// Works on one head; its lines end in CRLF and the last one is empty: the scanner has seen to it.
class Parser {
 public:
  Parser(char* bytes, size_t size, Arena& arena, RequestHead& out)
      : next_(bytes),
        end_(bytes + size),
        arena_(arena),
        out_(out) {}

  Refusal request_line(const config::Limits& limits);
  Refusal fields(size_t count);
  Refusal finish();

 private:
  std::string_view take_line();
  Refusal version(std::string_view text);
  Refusal field(std::string_view line, tenon_header& out);
  Refusal note(std::string_view name, std::string_view value);
  Refusal note_content_length(std::string_view value);
  Refusal note_transfer_encoding(std::string_view value);
  Refusal note_host(std::string_view value);
  void note_connection(std::string_view value);
  Refusal note_expect(std::string_view value);

  char* next_;
  char* end_;
  Arena& arena_;
  RequestHead& out_;
  Target target_;
  std::string_view host_value_;
  bool host_seen_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
};

std::string_view Parser::take_line() {
  const size_t left = static_cast<size_t>(end_ - next_);
  char* const line_feed = static_cast<char*>(std::memchr(next_, '\n', left));
  TENON_ASSERT(line_feed != nullptr && line_feed != next_ && line_feed[-1] == '\r');
  const std::string_view line(next_, static_cast<size_t>(line_feed - 1 - next_));
  next_ = line_feed + 1;
  return line;
}

Refusal Parser::request_line(const config::Limits& limits) {
  const std::string_view line = take_line();
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return {400, "no request line"};
  out_.method = line.substr(0, first);
  out_.target = line.substr(first + 1, last - first - 1);
  if (!is_token(out_.method)) return {400, "the method is malformed"};
  if (const Refusal refusal = version(line.substr(last + 1))) return refusal;
  if (out_.method.size() > limits::kMethodBytesMax || out_.method == "CONNECT") {
    return {501, "the method is not known"};  // CONNECT: its target names no resource of ours.
  }
  if (out_.target.size() > limits.target_bytes) return {414, "the target is too long"};
  if (const Refusal refusal = split_target(out_.method, out_.target, target_)) return refusal;
  out_.query = target_.query;
  out_.path = target_.path;
  if (out_.path == "*") return {};
  return decode_path(target_.path, arena_, out_.path);
}

Refusal Parser::version(std::string_view text) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7])) {
    return {400, "the protocol's name is malformed"};
  }
  if (text[5] != '1' || text[7] > '1') return {505, "the version of HTTP is not spoken here"};
  out_.version = text[7] == '1' ? 0x0101 : 0x0100;
  return {};
}

Refusal Parser::fields(size_t count) {
  out_.fields = static_cast<tenon_header*>(arena_.allocate(count * sizeof(tenon_header), 8));
  if (out_.fields == nullptr) return {431, "the request's memory is exhausted"};
  for (out_.n_fields = 0; out_.n_fields < count; ++out_.n_fields) {
    if (const Refusal refusal = field(take_line(), out_.fields[out_.n_fields])) return refusal;
  }
  return {};
}

Refusal Parser::field(std::string_view line, tenon_header& out) {
  // RFC 9112 §5.2: a folded line is read in two ways, so it is refused instead of joined.
  if (line.front() == ' ' || line.front() == '\t') return {400, "a folded header line"};
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {400, "a header line without a colon"};
  const std::string_view name = line.substr(0, colon);
  // RFC 9112 §5.1: white space before the colon is no token, and a way to smuggle requests.
  if (!is_token(name)) return {400, "the name of a header field is malformed"};
  const std::string_view value = trim_ows(line.substr(colon + 1));
  if (!is_field_value(value)) return {400, "the value of a header field is malformed"};
  char* const in_place = next_ - line.size() - 2;
  copy_lower(name, in_place);
  out = {str(name), str(value), 0, 0};
  return note(name, value);
}

// The fields that the kernel itself must know.
Refusal Parser::note(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 4:
      return name == "host" ? note_host(value) : Refusal();
    case 6:
      return name == "expect" ? note_expect(value) : Refusal();
    case 10:
      if (name == "connection") note_connection(value);
      return {};
    case 14:
      return name == "content-length" ? note_content_length(value) : Refusal();
    case 17:
      return name == "transfer-encoding" ? note_transfer_encoding(value) : Refusal();
    default:
      return {};
  }
}

// RFC 9112 §6.3: a repeated length may be accepted when both say the same; we see no need.
Refusal Parser::note_content_length(std::string_view value) {
  if (out_.content_length >= 0) return {400, "Content-Length is repeated"};
  const auto length = parse_u64(value);
  if (!length || value.size() > 18) return {400, "Content-Length is malformed"};
  out_.content_length = static_cast<int64_t>(*length);
  return {};
}

Refusal Parser::note_transfer_encoding(std::string_view value) {
  if (out_.chunked) return {400, "Transfer-Encoding is repeated"};
  if (!equal_no_case(value, "chunked")) return {501, "the transfer coding is not known"};
  out_.chunked = true;
  return {};
}

Refusal Parser::note_host(std::string_view value) {
  if (host_seen_) return {400, "Host is repeated"};
  host_seen_ = true;
  host_value_ = value;
  return {};
}

void Parser::note_connection(std::string_view value) {
  while (!value.empty()) {
    const size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = trim_ows(value.substr(0, comma));
    if (equal_no_case(option, "close")) close_ = true;
    if (equal_no_case(option, "keep-alive")) keep_alive_ = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

Refusal Parser::note_expect(std::string_view value) {
  if (!equal_no_case(value, "100-continue")) return {417, "the expectation is not known"};
  out_.expect_continue = true;
  return {};
}

// What can be judged only when all fields are known.
Refusal Parser::finish() {
  const bool http_1_0 = out_.version == 0x0100;
  if (!host_seen_ && !http_1_0) return {400, "Host is missing"};
  if (const Refusal refusal = parse_host(host_value_, arena_, out_.host)) return refusal;
  if (target_.absolute) {  // RFC 9112 §3.2.2: the target's host counts, not the field.
    const Refusal refusal = parse_host(target_.authority, arena_, out_.host);
    if (refusal) return refusal;
  }
  // RFC 9112 §6.1: together, or in HTTP/1.0, they are how requests are smuggled.
  if (out_.chunked && out_.content_length >= 0) return {400, "two ways to find the body's end"};
  if (out_.chunked && http_1_0) return {400, "Transfer-Encoding in HTTP/1.0"};
  if (http_1_0) out_.expect_continue = false;  // RFC 9110 §10.1.1
  out_.keep_alive = !close_ && (!http_1_0 || keep_alive_);
  return {};
}

}  // namespace

Refusal parse_request_head(
    char* bytes,
    size_t size,
    size_t n_fields,
    const config::Limits& limits,
    Arena& arena,
    RequestHead& out
) {
  Parser parser(bytes, size, arena, out);
  if (const Refusal refusal = parser.request_line(limits)) return refusal;
  if (const Refusal refusal = parser.fields(n_fields)) return refusal;
  return parser.finish();
}

}  // namespace tenon::http
