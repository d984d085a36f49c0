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
  Refusal note_coding(std::string_view coding);
  Refusal note_host(std::string_view value);
  void note_connection(std::string_view value);
  void note_expect(std::string_view value);
  Refusal judge_host();
  Refusal judge_framing() const;
  Refusal judge_wishes() const;

  bool is_http_1_0() const { return out_.version == 0x0100; }

  char* next_;
  char* end_;
  Arena& arena_;
  RequestHead& out_;
  Target target_;
  std::string_view host_value_;
  bool host_seen_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool coding_seen_ = false;
  bool coding_unknown_ = false;
  bool expectation_unknown_ = false;
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
  if (out_.target.size() > limits.target_bytes) return {414, "the target is too long"};
  if (const Refusal refusal = split_target(out_.method, out_.target, target_)) return refusal;
  out_.query = target_.query;
  out_.path = target_.path;
  if (out_.path.empty() || out_.path == "*") return {};
  return decode_path(target_.path, arena_, out_.path);
}

Refusal Parser::version(std::string_view text) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7])) {
    return {400, "the protocol's name is malformed"};
  }
  if (text[5] != '1') return {505, "the version of HTTP is not spoken here"};
  // RFC 9110 §2.5: a later minor version is read as the latest that we know.
  out_.version = text[7] == '0' ? 0x0100 : 0x0101;
  return {};
}

Refusal Parser::fields(size_t count) {
  out_.fields = static_cast<tenon_header*>(arena_.allocate(count * sizeof(tenon_header), 8));
  if (out_.fields == nullptr) return kNoMemory;
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
      if (name == "expect") note_expect(value);
      return {};
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
  coding_seen_ = true;
  while (!value.empty()) {
    const std::string_view coding = take_element(value);
    if (coding.empty()) continue;
    if (const Refusal refusal = note_coding(coding)) return refusal;
  }
  return {};
}

// RFC 9112 §6.1 and §7: "chunked" is the only one we know; it comes once, last and without
// parameters.
Refusal Parser::note_coding(std::string_view coding) {
  const std::string_view name = trim_ows(coding.substr(0, coding.find(';')));
  if (!is_token(name)) return {400, "Transfer-Encoding is malformed"};
  if (out_.chunked) return {400, "chunked is not the last transfer coding"};
  if (!equal_no_case(name, "chunked")) {
    coding_unknown_ = true;
    return {};
  }
  if (name.size() != coding.size()) return {400, "chunked has parameters"};
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
    const std::string_view option = take_element(value);
    if (equal_no_case(option, "close")) close_ = true;
    if (equal_no_case(option, "keep-alive")) keep_alive_ = true;
  }
}

void Parser::note_expect(std::string_view value) {
  while (!value.empty()) {
    const std::string_view expectation = take_element(value);
    if (expectation.empty()) continue;
    const bool known = equal_no_case(expectation, "100-continue");
    (known ? out_.expect_continue : expectation_unknown_) = true;
  }
}

// What can be judged only when all fields are known. Malformed requests come first: what one asks
// for matters only if it is sure what it says.
Refusal Parser::finish() {
  if (const Refusal refusal = judge_host()) return refusal;
  if (const Refusal refusal = judge_framing()) return refusal;
  if (const Refusal refusal = judge_wishes()) return refusal;
  if (is_http_1_0()) out_.expect_continue = false;  // RFC 9110 §10.1.1
  out_.keep_alive = !close_ && (!is_http_1_0() || keep_alive_);
  return {};
}

// RFC 9112 §3.2: the field must be right even where the target's host counts instead (§3.2.2).
Refusal Parser::judge_host() {
  if (!host_seen_ && !is_http_1_0()) return {400, "Host is missing"};
  if (host_seen_) {
    if (const Refusal refusal = parse_host(host_value_, arena_, out_.host)) return refusal;
  }
  if (target_.authority.empty()) return {};
  return parse_host(target_.authority, arena_, out_.host);
}

// RFC 9112 §6.1: length and coding together, or a coding in HTTP/1.0, are how requests are
// smuggled. A coding that is not known (501, §6.1) and one that does not end in chunked (400, §6.3)
// may be the same; the client learns more from the first.
Refusal Parser::judge_framing() const {
  if (coding_seen_ && out_.content_length >= 0) return {400, "two ways to find the body's end"};
  if (coding_seen_ && is_http_1_0()) return {400, "Transfer-Encoding in HTTP/1.0"};
  if (coding_unknown_) return {501, "the transfer coding is not known"};
  if (coding_seen_ && !out_.chunked) return {400, "Transfer-Encoding is empty"};
  const bool body = out_.chunked || out_.content_length > 0;
  if (body && out_.method == "TRACE") return {400, "TRACE with a body"};  // RFC 9110 §9.3.8
  return {};
}

Refusal Parser::judge_wishes() const {
  if (out_.method.size() > limits::kMethodBytesMax || out_.method == "CONNECT") {
    return {501, "the method is not known"};  // CONNECT: its target names no resource of ours.
  }
  // RFC 9110 §7.4: only for connections that are secured, and no transport of ours is yet.
  if (target_.https) return {421, "https without a secured connection"};
  if (expectation_unknown_) return {417, "the expectation is not known"};
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
  Refusal refusal = parser.request_line(limits);
  if (!refusal) refusal = parser.fields(n_fields);
  if (!refusal) refusal = parser.finish();
  // Had the head come bit by bit, the scanner would have refused it for that.
  if (refusal && has_bare_cr({bytes, size})) return {400, "a bare carriage return"};
  return refusal;
}

}  // namespace tenon::http
