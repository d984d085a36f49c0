// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include <tenon/abi.h>

#include "http/exchange.hpp"

namespace tenon::http {

// The body of a streamed answer between the request's owner, who writes, and the I/O thread, which
// sends.
class ResponseStream {
 public:
  explicit ResponseStream(Exchange& exchange) : exchange_(exchange) {}
  ~ResponseStream() { reset(); }

  // ---- owner ----
  // As tenon_host::write. TENON_AGAIN: taken, and more than the high-water mark waits.
  // TENON_E_NOMEM: nothing was taken.
  tenon_status write(const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx);
  // No more is written.
  void finish();

  // ---- I/O thread ----
  // Views of the oldest bytes, of at most `bytes_max`; they are in flight until sent().
  size_t take(tenon_buf* views, size_t views_max, size_t bytes_max);
  void sent();  // what is in flight arrived: frees it
  // Nobody will read it: what waits is freed, and what is still written is freed at once.
  void discard();
  // Takes everything out that nobody sent yet, oldest first; who gets it frees it.
  struct Part {
    tenon_buf bytes{};
    std::unique_ptr<char[]> own;  // where it was copied to
    size_t capacity = 0;          // of `own`; 0: it cannot grow
    tenon_release_fn done = nullptr;
    void* ctx = nullptr;
  };
  std::vector<Part> take_all();
  static void release(Part& part);

  bool is_finished();          // finish() was called
  bool is_empty();             // and nothing waits or is in flight
  bool has_bytes();            // something waits
  bool is_low();               // less than the low-water mark waits
  bool is_low_locked() const;  // the same. REQUIRES: the exchange's mutex is held
  bool is_high();              // more than the high-water mark waits
  uint64_t waiting();          // bytes
  void reset();

 private:
  bool append_copies(const tenon_buf* parts, size_t n_parts);
  size_t room_in_last() const;
  void append_view(const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx);

  Exchange& exchange_;  // its mutex guards what is below
  std::deque<Part> parts_;
  size_t in_flight_ = 0;    // parts at the front
  size_t front_taken_ = 0;  // bytes of the first waiting part that are in flight or sent
  uint64_t waiting_ = 0;
  bool finished_ = false;
  bool discarded_ = false;
};

}  // namespace tenon::http
