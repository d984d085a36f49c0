// SPDX-License-Identifier: Apache-2.0
#include "http/head_scanner.hpp"

#include <cstring>

#include "base/limits.hpp"
#include "http/grammar.hpp"

namespace tenon::http {
namespace {

// Around the target: the method, " HTTP/1.1" and two spaces.
constexpr size_t kRequestLineExtraBytes = limits::kMethodBytesMax + 16;

}  // namespace

bool HeadScanner::scan(std::string_view bytes, const config::Limits& limits) {
  if (scanned_ == 0 && !bytes.empty() && !is(kTokenChar, bytes.front())) {
    return refuse(400, "the first byte begins no method");  // A TLS handshake, say.
  }
  while (scanned_ < bytes.size()) {
    const void* const found = std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_);
    if (found == nullptr) break;
    const size_t line_feed = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    if (end_line(bytes, line_feed, limits)) return true;
  }
  scanned_ = bytes.size();
  return check_limits(bytes, limits);
}

// True: it was the last line, or the head is refused.
bool HeadScanner::end_line(std::string_view bytes, size_t line_feed, const config::Limits& limits) {
  if (line_feed == line_start_ || bytes[line_feed - 1] != '\r') {
    return refuse(400, "a bare line feed");  // RFC 9112 §2.2: not recognised as a line's end here.
  }
  const bool empty = line_feed - 1 == line_start_;
  scanned_ = line_feed + 1;
  if (check_limits(bytes.substr(0, scanned_), limits)) return true;
  line_start_ = scanned_;
  if (empty) return true;
  if (++n_lines_ - 1 > limits.header_count) return refuse(431, "too many header fields");
  return false;
}

bool HeadScanner::check_limits(std::string_view bytes, const config::Limits& limits) {
  const size_t line_bytes = bytes.size() - line_start_;
  if (n_lines_ == 0 && line_bytes > limits.target_bytes + kRequestLineExtraBytes) {
    return refuse(414, "the request line is too long");
  }
  if (bytes.size() > limits.header_bytes) return refuse(431, "the head is too long");
  return false;
}

bool HeadScanner::refuse(int status, const char* why) {
  refusal_ = {status, why};
  return true;
}

}  // namespace tenon::http
