// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

#include "config/config.hpp"
#include "http/refusal.hpp"

namespace tenon::http {

// Finds the end of a request head in bytes that arrive bit by bit, and looks at each byte once.
// What can be refused early is: a client that sends bare CRs or LFs must not wait for a time-out.
class HeadScanner {
 public:
  // True: the head is complete, or refused. `bytes` begins as the call before saw it, and is
  // longer.
  bool scan(std::string_view bytes, const config::Limits& limits);

  const Refusal& refusal() const { return refusal_; }
  size_t head_bytes() const { return line_start_; }  // with the empty line; once complete
  size_t n_fields() const { return n_lines_ - 1; }   // once complete
  void reset() { *this = HeadScanner(); }

 private:
  bool refuse(int status, const char* why);
  bool end_line(std::string_view bytes, size_t line_feed, const config::Limits& limits);
  size_t bytes_max(const config::Limits& limits) const;
  bool refuse_size(std::string_view bytes, const config::Limits& limits);
  bool refuse_beyond(std::string_view within, int status, const char* why);

  size_t scanned_ = 0;
  size_t line_start_ = 0;
  size_t n_lines_ = 0;  // complete ones, the request line included
  Refusal refusal_;
};

}  // namespace tenon::http
