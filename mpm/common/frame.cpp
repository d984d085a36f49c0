// SPDX-License-Identifier: Apache-2.0
#include "common/frame.hpp"

#include "common/wire.hpp"

namespace tenon::mpm {
namespace {

// Consumed bytes are kept at the front until there are this many of them, so that a buffer full of
// small frames is not moved once per frame.
constexpr std::size_t kConsumedBytesMax = 64u * 1024u;

}  // namespace

std::string encode_frame(const Frame& frame) {
  TENON_ASSERT(frame.payload.size() <= kFramePayloadBytesMax);
  WireWriter writer;
  writer.u32(static_cast<std::uint32_t>(frame.payload.size()));
  writer.u16(frame.type);
  writer.u16(kFrameVersion);
  writer.u32(frame.sequence);
  writer.bytes(frame.payload);
  return writer.take();
}

Result<std::optional<Frame>> FrameDecoder::next() {
  const std::string_view bytes = std::string_view(buffer_).substr(begin_);
  if (bytes.size() < kFrameHeaderBytes) return std::optional<Frame>();
  WireReader reader(bytes.substr(0, kFrameHeaderBytes));
  const std::uint32_t length = reader.u32();
  Frame frame;
  frame.type = reader.u16();
  const std::uint16_t version = reader.u16();
  frame.sequence = reader.u32();
  if (version != kFrameVersion) {
    return fail(Error{{}, "control channel: unknown frame version " + std::to_string(version)});
  }
  if (length > kFramePayloadBytesMax) {
    return fail(Error{{}, "control channel: frame of " + std::to_string(length) + " bytes"});
  }
  if (bytes.size() - kFrameHeaderBytes < length) return std::optional<Frame>();
  frame.payload = bytes.substr(kFrameHeaderBytes, length);
  begin_ += kFrameHeaderBytes + length;
  drop_consumed();
  return std::optional<Frame>(std::move(frame));
}

void FrameDecoder::drop_consumed() {
  if (begin_ < buffer_.size() && begin_ < kConsumedBytesMax) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
}

}  // namespace tenon::mpm
