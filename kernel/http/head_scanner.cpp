// SPDX-License-Identifier: Apache-2.0
#include "http/head_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "base/limits.hpp"
#include "http/grammar.hpp"

namespace tenon::http {
namespace {

// Around the target: the method, " HTTP/1.1" and two spaces.
constexpr size_t kRequestLineExtraBytes = limits::kMethodBytesMax + 16;
constexpr const char* kBareCr = "a bare carriage return";

}  // namespace

bool HeadScanner::scan(std::string_view bytes, const config::Limits& limits) {
  if (scanned_ == 0 && !bytes.empty() && !is(kTokenChar, bytes.front())) {
    return refuse(400, "the first byte begins no method");  // A TLS handshake, say.
  }
  const size_t new_from = scanned_ == 0 ? 0 : scanned_ - 1;  // the last byte may have been a CR
  while (scanned_ < bytes.size()) {
    const void* const found = std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_);
    if (found == nullptr) break;
    const size_t line_feed = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    if (end_line(bytes, line_feed, limits)) return true;
  }
  scanned_ = bytes.size();
  if (scanned_ > bytes_max(limits)) return refuse_size(bytes, limits);
  // RFC 9112 §2.2: it ends no line, so who sends it might wait for ever.
  const bool bare_cr = has_bare_cr(bytes.substr(new_from));
  return bare_cr && refuse(400, kBareCr);
}

// True: it was the last line, or the head is refused.
bool HeadScanner::end_line(std::string_view bytes, size_t line_feed, const config::Limits& limits) {
  scanned_ = line_feed + 1;
  // No limit is less than the target's, so that most heads need one comparison.
  if (scanned_ > limits.target_bytes && scanned_ > bytes_max(limits)) {
    return refuse_size(bytes, limits);
  }
  if (line_feed == line_start_ || bytes[line_feed - 1] != '\r') {
    return refuse(400, "a bare line feed");  // RFC 9112 §2.2: not recognised as a line's end here.
  }
  const bool empty = line_feed - 1 == line_start_;
  line_start_ = scanned_;
  if (empty) return true;
  if (++n_lines_ - 1 <= limits.header_count) return false;
  return refuse_beyond(bytes.substr(0, line_feed), 431, "too many header fields");
}

// What the head may have so far.
size_t HeadScanner::bytes_max(const config::Limits& limits) const {
  const size_t head = limits.header_bytes;
  return n_lines_ != 0 ? head
                       : std::min<size_t>(limits.target_bytes + kRequestLineExtraBytes, head);
}

// RFC 9112 §3: the status depends on what is too long.
bool HeadScanner::refuse_size(std::string_view bytes, const config::Limits& limits) {
  const std::string_view within = bytes.substr(0, bytes_max(limits));
  if (n_lines_ != 0) return refuse_beyond(within, 431, "the head is too long");
  const std::string_view start = within.substr(0, limits::kMethodBytesMax + 1);
  if (all_are(kTokenChar, start)) return refuse_beyond(within, 501, "the method is too long");
  return refuse_beyond(within, 414, "the request line is too long");
}

// Whatever pieces a head arrives in, the first of its faults decides: a bare CR among the bytes
// within a limit came before what is beyond it.
bool HeadScanner::refuse_beyond(std::string_view within, int status, const char* why) {
  return has_bare_cr(within) ? refuse(400, kBareCr) : refuse(status, why);
}

bool HeadScanner::refuse(int status, const char* why) {
  refusal_ = {status, why};
  return true;
}

}  // namespace tenon::http
