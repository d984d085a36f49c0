// SPDX-License-Identifier: Apache-2.0
#include "common/input_buffer.hpp"

#include <cstring>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/unit/grants.hpp"

namespace tenon::mpm {
namespace {

void receive(InputBuffer& buffer, std::string_view bytes, std::size_t beyond = 0) {
  const std::span<char> room = *buffer.prepare(beyond);
  ASSERT_LE(bytes.size(), room.size());
  std::memcpy(room.data(), bytes.data(), bytes.size());
  buffer.commit(bytes.size());
}

std::string content(const InputBuffer& buffer) {
  return std::string(buffer.bytes().data(), buffer.size());
}

TEST(InputBuffer, StartsSmall) {
  InputBuffer buffer;

  EXPECT_EQ(buffer.prepare(0)->size(), InputBuffer::kStart);
}

TEST(InputBuffer, KeepsWhatIsNotConsumed) {
  InputBuffer buffer;
  receive(buffer, "abcdef");

  buffer.consume(4);
  receive(buffer, "gh");

  EXPECT_EQ(content(buffer), "efgh");
}

TEST(InputBuffer, MovesNothingBetweenPrepareAndCommit) {
  InputBuffer buffer;
  receive(buffer, "abc");
  const std::span<char> room = *buffer.prepare(0);

  buffer.consume(3);  // the kernel consumes while the receive is pending
  std::memcpy(room.data(), "def", 3);
  buffer.commit(3);

  EXPECT_EQ(content(buffer), "def");
}

TEST(InputBuffer, DoublesWhenAReceiveFillsIt) {
  InputBuffer buffer;
  receive(buffer, std::string(InputBuffer::kStart, 'x'));
  buffer.consume(InputBuffer::kStart);

  EXPECT_EQ(buffer.prepare(0)->size(), 2 * InputBuffer::kStart);
}

TEST(InputBuffer, HasNoRoomWhenFullUnlessMoreIsWanted) {
  InputBuffer buffer;
  while (buffer.size() < InputBuffer::kGreedyMax) {
    receive(buffer, std::string(buffer.prepare(0)->size(), 'x'));
  }

  EXPECT_TRUE(buffer.prepare(0)->empty());
  EXPECT_FALSE(buffer.prepare(InputBuffer::kGreedyMax)->empty());
}

TEST(InputBuffer, HoldsOneByteMoreThanAReadMayAskFor) {
  InputBuffer buffer;
  std::size_t received = 0;
  while (received <= TENON_READ_BEYOND_MAX) {
    const std::size_t room = buffer.prepare(TENON_READ_BEYOND_MAX)->size();
    ASSERT_GT(room, 0u);
    buffer.commit(room);
    received += room;
  }

  EXPECT_EQ(buffer.size(), InputBuffer::kMax);
}

TEST(InputBuffer, GivesLargeMemoryBackOnceItIsEmpty) {
  InputBuffer buffer;
  while (buffer.size() < InputBuffer::kMax)
    buffer.commit(buffer.prepare(InputBuffer::kMax)->size());
  buffer.consume(buffer.size());

  EXPECT_EQ(buffer.prepare(0)->size(), InputBuffer::kStart);
}

TEST(InputBuffer, PassesMemoryOnThatNothingIsIn) {
  InputBuffer buffer;
  InputBuffer spare;
  const char* const memory = buffer.prepare(0)->data();

  buffer.pass_on(spare);

  EXPECT_EQ(spare.prepare(0)->data(), memory);
  spare.pass_on(buffer);
  EXPECT_EQ(buffer.prepare(0)->data(), memory);
}

TEST(InputBuffer, KeepsMemoryThatIsWanted) {
  InputBuffer held;
  receive(held, "abc");
  InputBuffer filled;
  receive(filled, std::string(InputBuffer::kStart, 'x'));
  filled.consume(InputBuffer::kStart);
  InputBuffer other;
  const char* const memory = other.prepare(0)->data();
  InputBuffer spare;

  held.pass_on(spare);
  filled.pass_on(spare);
  spare.pass_on(other);

  EXPECT_EQ(content(held), "abc");
  EXPECT_EQ(filled.prepare(0)->size(), 2 * InputBuffer::kStart);
  EXPECT_EQ(other.prepare(0)->data(), memory);
}

TEST(InputBuffer, KeepsWhatItHasWhenThereIsNoMemoryToGrow) {
  InputBuffer buffer;
  receive(buffer, std::string(InputBuffer::kStart, 'x'));
  const Grants none(0);

  EXPECT_TRUE(buffer.prepare(0)->empty());
  EXPECT_FALSE(buffer.prepare(InputBuffer::kStart).has_value());
  EXPECT_EQ(content(buffer), std::string(InputBuffer::kStart, 'x'));
}

TEST(InputBuffer, SaysThatThereIsNoMemoryToBeginWith) {
  InputBuffer buffer;
  const Grants none(0);

  EXPECT_FALSE(buffer.prepare(0).has_value());
  EXPECT_EQ(buffer.size(), 0u);
}

}  // namespace
}  // namespace tenon::mpm
