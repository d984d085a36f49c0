// SPDX-License-Identifier: Apache-2.0
#include "http/body_decoder.hpp"

#include <algorithm>
#include <array>

#include <tenon/cpp/text.hpp>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/grammar.hpp"

namespace tenon::http {
namespace {

// RFC 9110 §6.5.1: framing, routing, conditions, authentication and content; a trailer has no say
// in these.
constexpr std::array<std::string_view, 25> kNotInTrailers = {
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "expect",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "max-forwards",
    "pragma",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
};

// So many bytes of extensions may come before as many of data.
constexpr uint64_t kExtensionDebtBytesMax = 8 * 1024;

bool take_token(std::string_view& text) {
  size_t size = 0;
  while (size < text.size() && is(kTokenChar, text[size])) {
    ++size;
  }
  text.remove_prefix(size);
  return size != 0;
}

bool take_quoted(std::string_view& text) {
  text.remove_prefix(1);
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return true;
    if (!is(kFieldChar, c)) return false;
    if (c != '\\') continue;
    if (text.empty() || !is(kFieldChar, text.front())) return false;
    text.remove_prefix(1);
  }
  return false;
}

void skip_space(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
}

// RFC 9112 §7.1.1: *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
bool is_extension(std::string_view text) {
  while (!text.empty()) {
    skip_space(text);
    if (text.empty() || text.front() != ';') return false;
    text.remove_prefix(1);
    skip_space(text);
    if (!take_token(text)) return false;
    std::string_view value = text;
    skip_space(value);
    if (value.empty() || value.front() != '=') continue;
    value.remove_prefix(1);
    skip_space(value);
    const bool quoted = !value.empty() && value.front() == '"';
    if (!(quoted ? take_quoted(value) : take_token(value))) return false;
    text = value;
  }
  return true;
}

}  // namespace

void BodyDecoder::begin_length(uint64_t length) {
  state_ = State::Length;
  left_ = length;
  refusal_ = {};
  trailers_.clear();
}

void BodyDecoder::begin_chunked(uint64_t bytes_max) {
  state_ = State::SizeLine;
  left_ = 0;
  bytes_left_ = bytes_max;
  extension_debt_ = 0;
  refusal_ = {};
  trailers_.clear();
  trailer_text_.clear();
}

BodyDecoder::Progress BodyDecoder::next(std::string_view& bytes, std::string_view& data) {
  Progress progress = Progress::More;
  bool moved = true;
  while (moved && progress == Progress::More) {
    const size_t before = bytes.size();
    const State state = state_;
    const bool in_data = state_ == State::Length || state_ == State::Data;
    progress = in_data ? take_data(bytes, data) : take_line(bytes);
    moved = bytes.size() != before || state_ != state;
  }
  return progress;
}

BodyDecoder::Progress BodyDecoder::take_data(std::string_view& bytes, std::string_view& data) {
  data = bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(left_, bytes.size())));
  bytes.remove_prefix(data.size());
  left_ -= data.size();
  if (!data.empty()) return Progress::Data;
  if (left_ != 0) return Progress::More;
  if (state_ == State::Length) return Progress::Complete;
  state_ = State::DataEnd;
  return Progress::More;
}

// Lines are short, so that looking at the beginning of one again costs nothing.
BodyDecoder::Progress BodyDecoder::take_line(std::string_view& bytes) {
  if (state_ == State::DataEnd) {
    const std::string_view start = bytes.substr(0, 2);
    if (start != std::string_view("\r\n").substr(0, start.size())) {
      return refuse(400, "a chunk is longer than its size");
    }
  }
  const size_t limit =
      state_ == State::Trailer ? limits::kTrailerBytesMax : limits::kChunkLineBytesMax;
  const std::string_view seen = bytes.substr(0, limit + 1);
  const size_t line_feed = seen.find('\n');
  const std::string_view line = seen.substr(0, line_feed);
  const size_t carriage_return = line.find('\r');
  if (carriage_return != std::string_view::npos && carriage_return + 1 != line.size()) {
    return refuse(400, "a bare carriage return");
  }
  if (line_feed == std::string_view::npos) {
    if (seen.size() <= limit) return Progress::More;
    return state_ == State::Trailer ? refuse(431, "a trailer field is too long")
                                    : refuse(400, "the line of a chunk is too long");
  }
  if (line.empty() || line.back() != '\r') return refuse(400, "a bare line feed");
  bytes.remove_prefix(line_feed + 1);
  return end_line(line.substr(0, line.size() - 1));
}

BodyDecoder::Progress BodyDecoder::end_line(std::string_view line) {
  switch (state_) {
    case State::SizeLine:
      return begin_chunk(line);
    case State::DataEnd:
      state_ = State::SizeLine;
      return Progress::More;
    default:
      return line.empty() ? complete() : add_trailer(line);
  }
}

BodyDecoder::Progress BodyDecoder::begin_chunk(std::string_view line) {
  constexpr uint64_t kSizeMax = UINT64_MAX >> 4;  // one digit more still fits
  size_t digits = 0;
  uint64_t size = 0;
  while (digits < line.size() && hex_value(line[digits]) >= 0) {
    size = size * 16 + static_cast<uint64_t>(hex_value(line[digits++]));
    if (size > kSizeMax) return refuse(400, "the size of a chunk is malformed");
  }
  if (digits == 0) return refuse(400, "the size of a chunk is malformed");
  const std::string_view extension = line.substr(digits);
  if (!is_extension(extension)) return refuse(400, "a chunk extension is malformed");
  if (size > bytes_left_) return refuse(413, "the body is too large");
  // RFC 9112 §7.1.1: no more extensions than data, but for a start.
  extension_debt_ += extension.size();
  extension_debt_ -= std::min(extension_debt_, size);
  if (extension_debt_ > kExtensionDebtBytesMax) {
    return refuse(400, "the chunk extensions outweigh the body");
  }
  bytes_left_ -= size;
  left_ = size;
  state_ = size == 0 ? State::Trailer : State::Data;
  return Progress::More;
}

BodyDecoder::Progress BodyDecoder::add_trailer(std::string_view line) {
  if (trailer_text_.size() + line.size() + 2 > limits::kTrailerBytesMax) {
    return refuse(431, "too many trailer fields");
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
      !is_field_value(line.substr(colon + 1))) {
    return refuse(400, "a trailer field is malformed");
  }
  trailer_text_ += line;
  trailer_text_ += "\r\n";
  return Progress::More;
}

// Views only now: the text does not move any more.
BodyDecoder::Progress BodyDecoder::complete() {
  char* next = trailer_text_.data();
  char* const end = next + trailer_text_.size();
  while (next != end) {
    char* const colon = std::find(next, end, ':');
    char* const line_end = std::find(colon, end, '\r');
    std::transform(next, colon, next, lower);
    const std::string_view name(next, static_cast<size_t>(colon - next));
    const std::string_view value(colon + 1, static_cast<size_t>(line_end - colon - 1));
    if (std::find(kNotInTrailers.begin(), kNotInTrailers.end(), name) == kNotInTrailers.end()) {
      trailers_.push_back({str(name), str(trim_ows(value)), 0, 0});
    }
    next = line_end + 2;
  }
  return Progress::Complete;
}

BodyDecoder::Progress BodyDecoder::refuse(int status, const char* why) {
  refusal_ = {status, why};
  return Progress::Refused;
}

}  // namespace tenon::http
