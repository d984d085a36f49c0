// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.hpp"

#include <algorithm>
#include <cstring>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "http/grammar.hpp"
#include "http/head_scanner.hpp"
#include "http/url.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/sim/random.hpp"

// Bytes of a client, from the first on: scanner and parser.
namespace tenon::fuzz {
namespace {

using http::HeadScanner;
using http::RequestHead;

struct Scanned {
  bool over = false;
  int status = 0;
  size_t head_bytes = 0;
  size_t n_fields = 0;

  bool operator==(const Scanned&) const = default;
};

bool scan(HeadScanner& scanner, std::string_view bytes, Scanned& out) {
  if (!scanner.scan(bytes, config::Limits())) return false;
  out = {true, scanner.refusal().status, 0, 0};
  if (out.status != 0) return true;
  out.head_bytes = scanner.head_bytes();
  out.n_fields = scanner.n_fields();
  return true;
}

Scanned scan_in_pieces(std::string_view bytes, uint64_t seed) {
  sim::Random random(seed);
  HeadScanner scanner;
  Scanned scanned;
  size_t shown = 0;
  while (shown < bytes.size()) {
    shown += std::min(bytes.size() - shown, random.between(1, 1 + bytes.size() / 4));
    if (scan(scanner, bytes.substr(0, shown), scanned)) break;
  }
  return scanned;
}

// However the bytes arrive, the client gets the same: what the scanner refuses early, as a bare CR,
// the parser refuses in a head that came at once.
void check_pieces(std::string_view bytes, const Scanned& scanned, int refused) {
  for (uint64_t seed = 0; seed < 3; ++seed) {
    const Scanned pieces = scan_in_pieces(bytes, seed + bytes.size());
    const bool same = pieces.status == 0 ? pieces == scanned : pieces.status == refused;
    check(same, "pieces are scanned differently");
  }
}

bool is_lower(std::string_view name) {
  return std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

void check_fields(const RequestHead& head) {
  for (size_t i = 0; i < head.n_fields; ++i) {
    const std::string_view name = view(head.fields[i].name);
    const std::string_view value = view(head.fields[i].value);
    check(http::is_token(name) && is_lower(name), "a field's name is no token in lower case");
    check(http::all_are(http::kFieldChar, value), "a field's value holds a control character");
    check(http::trim_ows(value) == value, "a field's value is not trimmed");
  }
}

void check_head(const RequestHead& head) {
  check(http::is_token(head.method), "the method is no token");
  check(head.version == 0x0100 || head.version == 0x0101, "an unknown version was taken");
  check(head.path == "*" || http::is_normal_path(head.path), "the path is not normal");
  check(head.path != "*" || head.method == "OPTIONS", "'*' of another method");
  check(http::all_are(http::kTargetChar, head.query), "the query holds what no target may");
  check(is_lower(head.host), "the host is not in lower case");
  check(!(head.chunked && head.content_length >= 0), "two lengths were taken");
  check(!(head.chunked && head.version == 0x0100), "chunks in HTTP/1.0 were taken");
  check(!(head.expect_continue && head.version == 0x0100), "HTTP/1.0 waits for 100");
  check_fields(head);
}

}  // namespace

void request_head(std::string_view input) {
  Scanned scanned;
  HeadScanner scanner;
  scan(scanner, input, scanned);
  if (!scanned.over || scanned.status != 0) return check_pieces(input, scanned, scanned.status);
  check(scanned.head_bytes <= input.size(), "the head ends beyond the bytes");
  Arena arena(limits::kArenaBytesMax);
  char* const copy = arena.allocate_text(scanned.head_bytes);
  std::memcpy(copy, input.data(), scanned.head_bytes);
  RequestHead head;
  const http::Refusal refusal = http::parse_request_head(
      copy, scanned.head_bytes, scanned.n_fields, config::Limits(), arena, head
  );
  check_pieces(input, scanned, refusal.status);
  if (refusal) {
    check(refusal.status >= 400 && refusal.status <= 505, "refused with no status of an error");
    return;
  }
  check(head.n_fields == scanned.n_fields, "scanner and parser count fields differently");
  check_head(head);
}

}  // namespace tenon::fuzz
