// SPDX-License-Identifier: Apache-2.0
#include "common/frame.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

Frame take(FrameDecoder& decoder) {
  Result<std::optional<Frame>> frame = decoder.next();
  EXPECT_TRUE(frame);
  EXPECT_TRUE(*frame);
  return **frame;
}

bool needs_more(FrameDecoder& decoder) {
  const Result<std::optional<Frame>> frame = decoder.next();
  return frame && !*frame;
}

TEST(Frame, IsLittleEndian) {
  EXPECT_EQ(
      encode_frame({0x0102, 0x03040506, "ab"}),
      std::string(
          "\x02\0\0\0\x02\x01\x01\0\x06\x05\x04\x03"
          "ab",
          14
      )
  );
}

TEST(FrameDecoder, GivesBackWhatWasEncoded) {
  FrameDecoder decoder;
  decoder.feed(encode_frame({7, 9, "hello"}) + encode_frame({8, 10, ""}));

  const Frame first = take(decoder);
  const Frame second = take(decoder);

  EXPECT_EQ(first.type, 7);
  EXPECT_EQ(first.sequence, 9u);
  EXPECT_EQ(first.payload, "hello");
  EXPECT_EQ(second.type, 8);
  EXPECT_EQ(second.payload, "");
  EXPECT_TRUE(needs_more(decoder));
  EXPECT_TRUE(decoder.at_boundary());
}

TEST(FrameDecoder, TakesOneByteAtATime) {
  FrameDecoder decoder;
  const std::string bytes = encode_frame({1, 2, "payload"});

  for (const char& byte : std::string_view(bytes).substr(0, bytes.size() - 1)) {
    decoder.feed({&byte, 1});
    ASSERT_TRUE(needs_more(decoder));
    ASSERT_FALSE(decoder.at_boundary());
  }
  decoder.feed({&bytes.back(), 1});

  EXPECT_EQ(take(decoder).payload, "payload");
}

TEST(FrameDecoder, TakesManyFramesLargerThanItsSlack) {
  FrameDecoder decoder;
  const std::string payload(50'000, 'x');

  for (std::uint32_t i = 0; i < 10; ++i)
    decoder.feed(encode_frame({1, i, payload}));

  for (std::uint32_t i = 0; i < 10; ++i) {
    const Frame frame = take(decoder);
    EXPECT_EQ(frame.sequence, i);
    EXPECT_EQ(frame.payload, payload);
  }
}

TEST(FrameDecoder, RefusesAPayloadAboveTheLimitBeforeItCame) {
  FrameDecoder decoder;
  decoder.feed(std::string("\x01\0\0\x04\x01\0\x01\0\0\0\0\0", kFrameHeaderBytes));

  EXPECT_FALSE(decoder.next());
  EXPECT_FALSE(decoder.next());
}

TEST(FrameDecoder, AcceptsThePayloadOfTheLimit) {
  FrameDecoder decoder;
  decoder.feed(encode_frame({1, 1, std::string(kFramePayloadBytesMax, 'x')}));

  EXPECT_EQ(take(decoder).payload.size(), kFramePayloadBytesMax);
}

TEST(FrameDecoder, RefusesAnotherVersion) {
  FrameDecoder decoder;
  std::string bytes = encode_frame({1, 1, ""});
  bytes[6] = 2;
  decoder.feed(bytes);

  const Result<std::optional<Frame>> frame = decoder.next();

  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().text(), "control channel: unknown frame version 2");
}

}  // namespace
}  // namespace tenon::mpm
