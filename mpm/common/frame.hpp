// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/cpp/result.hpp>

namespace tenon::mpm {

// A frame on the pipes between control process and child: u32 length of the payload, u16 type,
// u16 version, u32 sequence, then the payload; all little endian.
inline constexpr std::size_t kFrameHeaderBytes = 12;
inline constexpr std::uint32_t kFramePayloadBytesMax = 64u * 1024u * 1024u;
inline constexpr std::uint16_t kFrameVersion = 1;

struct Frame {
  std::uint16_t type = 0;
  std::uint32_t sequence = 0;
  std::string payload;
};

// REQUIRES: the payload is at most kFramePayloadBytesMax long.
std::string encode_frame(const Frame& frame);

// Cuts a stream of bytes into frames. Once next() has failed the stream cannot be trusted any more
// and every later next() fails as well.
class FrameDecoder {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // The next whole frame; none: more bytes are needed.
  Result<std::optional<Frame>> next();

  // Whether the stream may end here, that is, between two frames.
  bool at_boundary() const { return begin_ == buffer_.size(); }

 private:
  void drop_consumed();

  std::string buffer_;
  std::size_t begin_ = 0;
};

}  // namespace tenon::mpm
