// SPDX-License-Identifier: Apache-2.0
#include "http/body_reader.hpp"

#include <algorithm>
#include <cstring>

#include <tenon/cpp/assert.hpp>

#include "base/limits.hpp"
#include "http/grammar.hpp"

namespace tenon::http {

void BodyBuffer::begin(Arena& arena, uint64_t bytes_announced) {
  reset();
  if (bytes_announced == 0 || bytes_announced > limits::kBodyInArenaBytesMax) return;
  data_ = arena.allocate_text(static_cast<size_t>(bytes_announced));
  if (data_ != nullptr) capacity_ = static_cast<size_t>(bytes_announced);
}

void BodyBuffer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (capacity_ - size_ < bytes.size()) grow(size_ + bytes.size());
  std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void BodyBuffer::grow(size_t size_min) {
  const size_t capacity = std::max({size_min, 2 * capacity_, limits::kBodyGrowthBytes});
  std::unique_ptr<char[]> bytes(new char[capacity]);
  if (size_ != 0) std::memcpy(bytes.get(), data_, size_);
  own_ = std::move(bytes);
  data_ = own_.get();
  capacity_ = capacity;
}

void BodyBuffer::reset() {
  own_.reset();
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

void BodyReader::begin_length(Arena& arena, uint64_t length) {
  reset();
  left_ = length;
  buffer_.begin(arena, length);
}

void BodyReader::begin_chunked(Arena& arena, uint64_t bytes_max) {
  reset();
  chunked_ = true;
  state_ = State::SizeLine;
  bytes_max_ = bytes_max;
  buffer_.begin(arena, 0);
}

void BodyReader::reset() {
  state_ = State::Data;
  chunked_ = false;
  left_ = 0;
  trailer_bytes_ = 0;
  buffer_.reset();
  refusal_ = {};
}

BodyReader::Progress BodyReader::consume(std::string_view bytes, size_t& used) {
  const size_t size = bytes.size();
  Progress progress = Progress::More;
  bool moved = true;
  while (moved && progress == Progress::More) {
    if (state_ == State::Data) {
      const bool had_data = left_ == 0 || !bytes.empty();
      progress = consume_data(bytes);
      moved = had_data;
    } else {
      progress = consume_line(bytes, moved);
    }
  }
  used = size - bytes.size();
  return progress;
}

BodyReader::Progress BodyReader::consume_data(std::string_view& bytes) {
  const size_t take = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
  buffer_.append(bytes.substr(0, take));
  bytes.remove_prefix(take);
  left_ -= take;
  if (left_ != 0) return Progress::More;
  if (!chunked_) return Progress::Complete;
  state_ = State::DataEnd;
  return Progress::More;
}

// Lines are short, so that looking at the beginning of one again costs nothing.
BodyReader::Progress BodyReader::consume_line(std::string_view& bytes, bool& found) {
  const size_t line_feed = bytes.find('\n');
  found = line_feed != std::string_view::npos;
  const size_t line_bytes = found ? line_feed : bytes.size();
  const size_t limit =
      state_ == State::Trailer ? limits::kTrailerBytesMax : limits::kChunkLineBytesMax;
  if (line_bytes > limit) return refuse(400, "a line of the chunked body is too long");
  if (!found) return Progress::More;
  if (line_feed == 0 || bytes[line_feed - 1] != '\r') return refuse(400, "a bare line feed");
  const std::string_view line = bytes.substr(0, line_feed - 1);
  bytes.remove_prefix(line_feed + 1);
  return end_line(line);
}

BodyReader::Progress BodyReader::end_line(std::string_view line) {
  switch (state_) {
    case State::SizeLine:
      return begin_chunk(line);
    case State::DataEnd:
      if (!line.empty()) return refuse(400, "a chunk is longer than its size");
      state_ = State::SizeLine;
      return Progress::More;
    default:
      break;
  }
  if (line.empty()) return Progress::Complete;
  trailer_bytes_ += line.size() + 2;
  if (trailer_bytes_ > limits::kTrailerBytesMax) return refuse(431, "too many trailer fields");
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
      !all_are(kFieldChar, line)) {
    return refuse(400, "a trailer field is malformed");
  }
  return Progress::More;
}

BodyReader::Progress BodyReader::begin_chunk(std::string_view line) {
  size_t digits = 0;
  uint64_t size = 0;
  while (digits < line.size() && hex_value(line[digits]) >= 0) {
    if (digits == 15) return refuse(400, "the size of a chunk is malformed");
    size = size * 16 + static_cast<uint64_t>(hex_value(line[digits++]));
  }
  const std::string_view extension = line.substr(digits);
  const bool well_formed = extension.empty() || trim_ows(extension).starts_with(';');
  if (digits == 0 || !well_formed || !all_are(kFieldChar, extension)) {
    return refuse(400, "the size of a chunk is malformed");
  }
  if (size > bytes_max_ - buffer_.size()) return refuse(413, "the body is too large");
  left_ = size;
  state_ = size == 0 ? State::Trailer : State::Data;
  return Progress::More;
}

BodyReader::Progress BodyReader::refuse(int status, const char* why) {
  refusal_ = {status, why};
  return Progress::Refused;
}

}  // namespace tenon::http
