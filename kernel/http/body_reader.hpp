// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include <tenon/abi.h>

#include "base/arena.hpp"
#include "http/refusal.hpp"

namespace tenon::http {

// The bytes of a request body: small ones of a known size lie in the request's arena, others in
// memory of their own that grows with what has really arrived, not with what was announced.
class BodyBuffer {
 public:
  void begin(Arena& arena, uint64_t bytes_announced);
  void append(std::string_view bytes);
  size_t size() const { return size_; }
  tenon_buf view() const { return {data_, size_}; }
  void reset();

 private:
  void grow(size_t size_min);

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  std::unique_ptr<char[]> own_;
};

// Takes a body out of the connection's bytes: by Content-Length, or by chunks (RFC 9112 §7.1;
// extensions and trailer fields are checked for form and dropped).
class BodyReader {
 public:
  enum class Progress { More, Complete, Refused };

  void begin_length(Arena& arena, uint64_t length);
  void begin_chunked(Arena& arena, uint64_t bytes_max);
  // `used`: how many bytes it took; what is left over is to be shown again, with more behind it.
  Progress consume(std::string_view bytes, size_t& used);
  const Refusal& refusal() const { return refusal_; }
  tenon_buf body() const { return buffer_.view(); }
  void reset();

 private:
  enum class State { Data, SizeLine, DataEnd, Trailer };

  Progress consume_data(std::string_view& bytes);
  Progress consume_line(std::string_view& bytes, bool& found);
  Progress end_line(std::string_view line);
  Progress begin_chunk(std::string_view line);
  Progress refuse(int status, const char* why);

  State state_ = State::Data;
  bool chunked_ = false;
  uint64_t left_ = 0;  // of the body, or of the current chunk
  uint64_t bytes_max_ = 0;
  size_t trailer_bytes_ = 0;
  BodyBuffer buffer_;
  Refusal refusal_;
};

}  // namespace tenon::http
