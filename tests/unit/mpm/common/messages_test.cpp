// SPDX-License-Identifier: Apache-2.0
#include "common/messages.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

Frame frame_of(const Message& message) {
  FrameDecoder decoder;
  decoder.feed(encode_message(5, message));
  Result<std::optional<Frame>> frame = decoder.next();
  EXPECT_TRUE(frame && *frame);
  return **frame;
}

template <class T>
T round_trip(const T& message) {
  const Frame frame = frame_of(message);
  EXPECT_EQ(frame.sequence, 5u);
  const Result<Message> decoded = decode_message(frame);
  EXPECT_TRUE(decoded);
  EXPECT_TRUE(std::holds_alternative<T>(*decoded));
  return std::get<T>(*decoded);
}

TEST(Messages, SurviveTheWire) {
  const std::string binary("a\0b", 3);
  EXPECT_EQ(round_trip(SnapshotMessage{binary}).bytes, binary);
  EXPECT_EQ(round_trip(GenerationMessage{0xfffffffe}).generation, 0xfffffffe);
  EXPECT_EQ(round_trip(SectionMessage{1ull << 40, 3}).handle, 1ull << 40);
  EXPECT_EQ(round_trip(SectionMessage{2, 1ull << 33}).size, 1ull << 33);
  EXPECT_EQ(round_trip(ListenerMessage{3, binary}).index, 3u);
  EXPECT_EQ(round_trip(ListenerMessage{3, binary}).socket, binary);
  EXPECT_EQ(round_trip(LogMessage{-1}).handle, -1);
  round_trip(StartMessage{});
  EXPECT_EQ(round_trip(DrainMessage{DrainMode::Graceful, 7}).mode, DrainMode::Graceful);
  EXPECT_EQ(round_trip(DrainMessage{DrainMode::Stop, 1ull << 35}).within_ns, 1ull << 35);
  EXPECT_EQ(round_trip(AckMessage{9}).sequence, 9u);
  EXPECT_EQ(round_trip(RefusedMessage{4, "no"}).sequence, 4u);
  EXPECT_EQ(round_trip(RefusedMessage{4, "no"}).diagnostics, "no");
  round_trip(ReadyMessage{});
  EXPECT_EQ(round_trip(WantedMessage{binary}).bytes, binary);
  EXPECT_EQ(round_trip(ListenerLostMessage{7}).index, 7u);
}

TEST(Messages, RefuseAPayloadThatIsCutShort) {
  const Message fixed[] = {
      GenerationMessage{1},
      SectionMessage{1, 2},
      LogMessage{3},
      DrainMessage{},
      AckMessage{1},
      ListenerLostMessage{1}};
  for (const Message& message : fixed) {
    Frame frame = frame_of(message);
    while (!frame.payload.empty()) {
      frame.payload.pop_back();
      EXPECT_FALSE(decode_message(frame)) << message.index() << " " << frame.payload.size();
    }
  }
}

TEST(Messages, RefuseBytesLeftOver) {
  const Message fixed[] = {
      GenerationMessage{1}, SectionMessage{1, 2}, StartMessage{}, AckMessage{1}, ReadyMessage{}};
  for (const Message& message : fixed) {
    Frame frame = frame_of(message);
    frame.payload += 'x';
    const Result<Message> decoded = decode_message(frame);
    ASSERT_FALSE(decoded);
    EXPECT_TRUE(decoded.error().text().ends_with(": bytes left over"));
  }
}

TEST(Messages, RefuseAnUnknownType) {
  const Result<Message> decoded = decode_message({999, 1, ""});

  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().text(), "unknown message type 999");
}

TEST(Messages, RefuseAnUnknownDrainMode) {
  Frame frame = frame_of(DrainMessage{});
  frame.payload[0] = 9;

  EXPECT_FALSE(decode_message(frame));
}

TEST(Messages, HaveNames) {
  EXPECT_STREQ(message_name(MessageType::Snapshot), "SNAPSHOT");
  EXPECT_STREQ(message_name(MessageType::Ready), "READY");
  EXPECT_STREQ(message_name(MessageType::ListenerLost), "LISTENER_LOST");
  EXPECT_STREQ(message_name(static_cast<MessageType>(0)), "unknown");
}

}  // namespace
}  // namespace tenon::mpm
