// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

#include <tenon/abi.h>

#include "base/arena.hpp"
#include "http/exchange.hpp"
#include "http/refusal.hpp"

namespace tenon::http {

// Bytes in pieces that never move: a view of the first piece holds until it is dropped, while more
// arrive.
class ByteQueue {
 public:
  // False: there is no memory; what was taken is of no use without the rest.
  bool append(std::string_view bytes);
  std::string_view front() const;  // of the oldest piece; empty: there is nothing
  void drop(size_t bytes);         // at most front().size()
  size_t size() const { return size_; }
  void reset();

 private:
  struct Piece {
    std::unique_ptr<char[]> bytes;
    size_t capacity;
    size_t begin = 0, end = 0;
  };
  std::deque<Piece> pieces_;
  size_t size_ = 0;
};

// The body of a request between the I/O thread, which appends, and the request's owner, who reads.
// Either it is pulled piece by piece, or it is whole in memory before the handler runs.
class RequestBody {
 public:
  explicit RequestBody(Exchange& exchange) : exchange_(exchange) {}

  // ---- I/O thread ----
  // Collects the body in one piece, of `bytes_announced` (or -1: unknown).
  void keep_whole(Arena& arena, int64_t bytes_announced);
  // False: there is no memory for it, and fail() is to follow.
  bool append(std::string_view bytes);
  // No more follows. The fields stay where they are until reset().
  void complete(const tenon_header* trailers, size_t n_trailers);
  // No more follows, and it is not complete. `refusal.status` is what the client is answered.
  void fail(tenon_status why, const Refusal& refusal);
  bool has_room();               // for more; false: the owner has to consume first
  bool is_open();                // neither complete nor failed
  bool has_news();               // peek() would not answer TENON_AGAIN
  bool has_news_locked() const;  // the same. REQUIRES: the exchange's mutex is held
  Refusal refusal();             // 0 unless it failed
  void reset();                  // nobody uses it: begins as the body of a request without one

  // ---- owner ----
  tenon_status peek(tenon_buf& out);
  tenon_status consume(uint64_t bytes);
  tenon_buf whole() const { return {whole_, whole_size_}; }
  const tenon_header* trailers() const { return trailers_; }
  size_t n_trailers() const { return n_trailers_; }
  void open();  // a body was announced

 private:
  bool append_whole(std::string_view bytes);
  tenon_status peek_locked(tenon_buf& out) const;

  Exchange& exchange_;  // its mutex guards what is below
  ByteQueue queue_;
  tenon_status end_ = TENON_END;  // TENON_AGAIN: it is open
  Refusal refusal_;
  const tenon_header* trailers_ = nullptr;
  size_t n_trailers_ = 0;

  // Of a body that is kept whole; only ever touched by the owner's thread of the moment.
  bool keep_whole_ = false;
  char* whole_ = nullptr;
  size_t whole_size_ = 0;
  size_t whole_capacity_ = 0;
  std::unique_ptr<char[]> own_;
};

}  // namespace tenon::http
