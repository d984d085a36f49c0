// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/abi.h>

#include "http/refusal.hpp"

namespace tenon::http {

// Takes a body out of the connection's bytes: by Content-Length, or by chunks (RFC 9112 §7.1),
// strictly. Keeps trailer fields in memory of its own, since it works on the I/O thread while a
// pool thread may own the request.
class BodyDecoder {
 public:
  enum class Progress {
    Data,      // `data` is the next part of the body
    More,      // all that can be used is taken
    Complete,  // the body is over
    Refused
  };

  void begin_length(uint64_t length);
  void begin_chunked(uint64_t bytes_max);
  // Takes the next part out of `bytes`, and leaves the rest there. What is left after More is to be
  // shown again, with more behind it. `data` views `bytes`, and is not empty.
  Progress next(std::string_view& bytes, std::string_view& data);
  // Not a byte more is needed: next() will say Complete, whatever it is shown.
  bool is_complete() const { return state_ == State::Length && left_ == 0; }
  const Refusal& refusal() const { return refusal_; }
  // After Complete, until the next begin. Names are in lower case; fields that would change how the
  // message is read are left out (RFC 9110 §6.5.1).
  const tenon_header* trailers() const { return trailers_.data(); }
  size_t n_trailers() const { return trailers_.size(); }

 private:
  enum class State { Length, SizeLine, Data, DataEnd, Trailer };

  Progress take_data(std::string_view& bytes, std::string_view& data);
  Progress take_line(std::string_view& bytes);
  Progress end_line(std::string_view line);
  Progress begin_chunk(std::string_view line);
  Progress add_trailer(std::string_view line);
  Progress complete();
  Progress refuse(int status, const char* why);

  State state_ = State::Length;
  uint64_t left_ = 0;            // of the body, or of the current chunk
  uint64_t bytes_left_ = 0;      // until the body is too large
  uint64_t extension_debt_ = 0;  // bytes of chunk extensions beyond those of data
  std::string trailer_text_;
  std::vector<tenon_header> trailers_;
  Refusal refusal_;
};

}  // namespace tenon::http
