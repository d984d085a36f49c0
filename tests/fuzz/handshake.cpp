// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "mpm/common/frame.hpp"
#include "mpm/common/messages.hpp"
#include "tests/fuzz/fuzz.hpp"

// The stream of messages between control process and child.
namespace tenon::fuzz {
namespace {

struct Stream {
  std::vector<std::string> frames;  // encoded again
  bool failed = false;
  bool at_boundary = false;

  bool operator==(const Stream&) const = default;
};

Stream cut(std::string_view bytes, size_t piece) {
  mpm::FrameDecoder decoder;
  Stream stream;
  for (size_t at = 0; at < bytes.size() && !stream.failed; at += piece) {
    decoder.feed(bytes.substr(at, piece));
    for (;;) {
      Result<std::optional<mpm::Frame>> next = decoder.next();
      stream.failed = !next;
      if (!next || !next->has_value()) break;
      stream.frames.push_back(mpm::encode_frame(**next));
    }
  }
  stream.at_boundary = decoder.at_boundary();
  return stream;
}

void check_message(std::string_view bytes) {
  mpm::FrameDecoder decoder;
  decoder.feed(bytes);
  const Result<std::optional<mpm::Frame>> frame = decoder.next();
  check(frame && frame->has_value(), "a frame encoded again is none");
  const Result<mpm::Message> message = mpm::decode_message(**frame);
  if (!message) return;
  check(
      mpm::encode_message((*frame)->sequence, *message) == bytes,
      "a message encoded again is another one"
  );
}

}  // namespace

void handshake(std::string_view input) {
  const Stream whole = cut(input, std::max<size_t>(input.size(), 1));
  const Stream bytes = cut(input, 1);
  check(bytes.frames == whole.frames, "byte by byte there are other frames");
  check(bytes.failed == whole.failed, "byte by byte the stream fails elsewhere");
  std::string all;
  for (const std::string& frame : whole.frames) {
    check_message(frame);
    all += frame;
  }
  check(input.starts_with(all), "frames encoded again are other bytes");
}

}  // namespace tenon::fuzz
